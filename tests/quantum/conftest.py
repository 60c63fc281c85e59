from __future__ import annotations

import sys
from pathlib import Path

import pytest

from quantum.kit import WORKER, Work
from quantum.sdks import real, sdks  # noqa: F401  # fixtures

sys.path.insert(0, str(WORKER.parent))  # for tests that call its functions


@pytest.fixture
def worker(tmp_path: Path) -> Work:
    """With Qiskit's stand-in, and a home in which no account is."""
    (tmp_path / "home").mkdir()
    directory = tmp_path / "run"
    directory.mkdir()
    return Work(directory, home=tmp_path / "home")

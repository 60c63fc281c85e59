from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ml.frameworks import experiment, frameworks, real  # noqa: F401  # fixtures
from ml.kit import CONVERT, WORKER, Work, grey, prepare

for place in (WORKER.parent, CONVERT):  # for tests that call their functions
    sys.path.insert(0, str(place))


@pytest.fixture
def worker(tmp_path: Path) -> Work:
    """Seven images, whose brightness is their class, and a model that sees it."""
    directory = tmp_path / "run"
    prepare(directory, grey(0, 1, 2, 3, 4, 5, 6))
    one = Work(directory)
    one.model()
    return one

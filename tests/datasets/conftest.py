from __future__ import annotations

import sys
from pathlib import Path

import pytest

from datasets.layouts_kit import SCRIPT, Preparation, model

sys.path.insert(0, str(SCRIPT.parent))  # for tests that call its readers


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory where datasets are looked for."""
    directory = tmp_path / "datasets"
    directory.mkdir()
    monkeypatch.setenv("CKP_DATASET_DIRS", str(directory))
    return directory


@pytest.fixture
def preparation(tmp_path: Path) -> Preparation:
    """For a model of 16 x 16 pixels in colour, to which images are stretched."""
    return Preparation(tmp_path / "run", model(tmp_path))

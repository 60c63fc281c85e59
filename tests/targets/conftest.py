from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _cross_gcc_only(cross_gcc_only: None) -> None:
    """Other folders find this machine's compilers."""


@pytest.fixture
def own_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is the only place where compilers and emulators are looked for."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")
    return place

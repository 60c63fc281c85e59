from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of these tests touches the user's own folders."""
    monkeypatch.setenv("CKP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def only_fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is the only place where compilers are looked for."""
    place = tmp_path / "compilers"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")
    return place

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_home(ckp_home: Path) -> None:
    """Nothing of these tests touches the user's own folders."""


@pytest.fixture
def only_fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is the only place where compilers are looked for."""
    place = tmp_path / "compilers"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")
    return place

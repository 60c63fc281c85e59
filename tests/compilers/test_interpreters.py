"""Python interpreters: shims, links and virtual environments lead to real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.testing.executables import printing, write_executable
from ck_plugins_compilers import python
from compilers.helpers import detected

BEHIND = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))


def paths(*places: Path) -> list[Path]:
    return [one.path for one in detected(python.detect, "compiler", "python", places=places)]


def fake(place: Path, version: str, *, base: Path | None = None) -> Path:
    own = place / "python3"
    return write_executable(place, "python3", printing(f"{version}\n{own}\n{base or own}"))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))


def test_links_and_virtual_environments_are_no_interpreters(
    only_fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (only_fakes / "python3.11").symlink_to(BEHIND)
    (only_fakes / "python3").symlink_to("python3.11")
    monkeypatch.setenv("PATH", f"{venv / 'bin'}:{only_fakes}")
    assert paths() == [BEHIND]


def test_a_shim_is_not_asked_where_what_it_leads_to_is_known(
    only_fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyenv = tmp_path / "pyenv"
    asked = tmp_path / "asked"
    write_executable(pyenv / "shims", "python3", f"touch {asked}; exit 127")
    real = fake(pyenv / "versions/3.12.9/bin", "3.12.9")
    monkeypatch.setenv("PATH", str(pyenv / "shims"))
    assert set(paths()) == {real, BEHIND}
    assert not asked.exists()


def test_pyenv_is_looked_into_though_it_is_not_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CKP_COMPILER_DIRS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    real = fake(tmp_path / ".pyenv/versions/3.99.1/bin", "3.99.1")
    assert real in paths()


def test_of_a_venv_whose_interpreter_is_gone_the_venv_is_left(only_fakes: Path) -> None:
    own = fake(only_fakes, "3.12.1", base=only_fakes / "gone")
    assert own in paths()


@pytest.mark.parametrize("inside", ["bin", "python/bin"])
def test_what_a_package_unpacked_comes_first(only_fakes: Path, tmp_path: Path, inside: str) -> None:
    real = fake(tmp_path / "place" / inside, "3.14.0")
    assert paths(tmp_path / "place")[0] == real


def test_a_packages_virtual_environment_is_no_new_interpreter(
    only_fakes: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    assert paths(venv) == [BEHIND]

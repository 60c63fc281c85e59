"""The system's package manager: its command is shown, and run only where the user allows it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import InstallError
from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent
from packages.kit import install, meta, registered

APT = {"system": {"apt": ["libthing-dev", "g++"], "dnf": ["thing-devel"]}}


@pytest.fixture
def bin_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place on PATH."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    return place


def fake(place: Path, name: str, *, status: int = 0) -> None:
    record = f'echo "{name} $*" >> {place}/calls; echo said by {name}; exit {status}'
    write_executable(place, name, record)


def add(add_component: AddComponent, recipe: dict[str, Any] = APT) -> None:
    add_component("package", "thing", meta(recipe, version=""))


def test_it_is_shown_and_not_run(bin_directory: Path, add_component: AddComponent) -> None:
    fake(bin_directory, "apt-get")
    add(add_component)
    with pytest.raises(InstallError, match="changes the system") as caught:
        install()
    command = "apt-get install --yes --no-install-recommends libthing-dev g++"
    assert command in caught.value.hint
    assert "--yes lets" in caught.value.hint or "with --yes" in caught.value.hint
    assert not (bin_directory / "calls").exists()
    assert not registered()


def test_the_real_apt_is_shown_and_not_run(add_component: AddComponent) -> None:
    if not shutil.which("apt-get"):
        pytest.skip("no Debian")
    add(add_component)
    with pytest.raises(InstallError) as caught:
        install()
    assert "apt-get install --yes" in caught.value.hint


def test_allowed_it_is_run(
    bin_directory: Path, ckp_home: Path, add_component: AddComponent
) -> None:
    fake(bin_directory, "apt-get")
    write_executable(bin_directory, "sudo", 'shift; exec "$@"')
    add(add_component)
    made = install(allowed_system=True)
    calls = (bin_directory / "calls").read_text()
    assert calls == "apt-get install --yes --no-install-recommends libthing-dev g++\n"
    assert made.origin == "apt libthing-dev g++"
    assert "said by apt-get" in next(ckp_home.glob("cache/logs/*.log")).read_text()


def test_a_user_goes_through_sudo_that_never_asks(
    tmp_path: Path, bin_directory: Path, add_component: AddComponent
) -> None:
    if os.geteuid() == 0:
        pytest.skip("root needs no sudo")
    fake(bin_directory, "apt-get")
    fake(bin_directory, "sudo")
    add(add_component)
    install(allowed_system=True)
    assert (bin_directory / "calls").read_text().startswith("sudo -n apt-get install")


def test_the_manager_that_is_here_is_taken(
    bin_directory: Path, add_component: AddComponent
) -> None:
    fake(bin_directory, "dnf")
    add(add_component)
    with pytest.raises(InstallError) as caught:
        install()
    assert "dnf install --assumeyes thing-devel" in caught.value.hint


def test_none_of_the_managers_is_here(bin_directory: Path, add_component: AddComponent) -> None:
    add(add_component)
    with pytest.raises(InstallError, match="apt-get, dnf, which this system does not have"):
        install(allowed_system=True)


def test_its_failure_is_told(bin_directory: Path, add_component: AddComponent) -> None:
    fake(bin_directory, "apt-get", status=100)
    write_executable(bin_directory, "sudo", 'shift; exec "$@"')
    add(add_component)
    with pytest.raises(InstallError, match="exited with 100") as caught:
        install(allowed_system=True)
    assert "said by apt-get" in caught.value.details
    assert "run it yourself" in caught.value.hint
    assert not registered()

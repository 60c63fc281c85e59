"""What every test gets: the test kit's fixtures, a ckp that starts at once, and Ctrl-C."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from forked.ckp_calls import CkpServers, start
from path_kit import CROSS, link_all_but_compilers

if TYPE_CHECKING:  # pytest rewrites what it imports as a plugin
    from ck_core.testing.fixtures import Ckp

pytest_plugins = ["ck_core.testing.fixtures"]

# Where pytest runs in the background of a script, its children would ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("shared machine", deadline=None)  # others may be at work
settings.load_profile("shared machine")

PATH = os.environ.get("PATH", os.defpath)


@pytest.fixture(scope="session")
def ckp_servers() -> Iterator[CkpServers]:
    servers = CkpServers()
    yield servers
    servers.close()


@pytest.fixture
def ckp(ckp_home: Path, ckp_servers: CkpServers, request: pytest.FixtureRequest) -> Ckp:
    """As the test kit's, which starts a Python for each call: only with the mark own_start."""
    caller = start if request.node.get_closest_marker("own_start") else ckp_servers.call

    def call(*arguments: str, timeout: float = 300, **environment: str) -> Any:
        given = {**os.environ, "CKP_HOME": str(ckp_home), **environment}
        return caller(arguments, given, timeout)

    return call


@pytest.fixture(scope="session")
def path_with_gcc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return link_all_but_compilers(tmp_path_factory.mktemp("path"))


@pytest.fixture(scope="session")
def path_with_cross_gcc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return link_all_but_compilers(tmp_path_factory.mktemp("path"), CROSS)


@pytest.fixture
def gcc_only(path_with_gcc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with one compiler and no device, for tests of something else.

    Asking a dozen compilers what they are takes a second, an OpenCL driver a tenth of one.
    """
    monkeypatch.setenv("PATH", str(path_with_gcc))
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")


@pytest.fixture
def cross_gcc_only(path_with_cross_gcc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``gcc_only``, and GCC for other machines with their emulators."""
    monkeypatch.setenv("PATH", str(path_with_cross_gcc))
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")


@pytest.fixture
def whole_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """For one test of a folder that has less."""
    monkeypatch.setenv("PATH", PATH)
    monkeypatch.delenv("CKP_COMPILER_DIRS", raising=False)

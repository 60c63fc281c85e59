"""Real SDKs, installed once by ckp for all tests that want them.

``CKP_TEST_QUANTUM_HOME`` names a CKP_HOME to install them into and to keep; else one goes with the
run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quantum.kit import Work
from sdk_homes import SdkHome, home_for_all


class Sdks(SdkHome):
    def variables(self, name: str, version: str = "") -> dict[str, str]:
        """Of the SDK's installation; the test is skipped where it cannot be had here."""
        return self.installed(f"quantum,sdk,{name}" + (f",v{version}" if version else ""))


@pytest.fixture(scope="session")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Sdks:
    """Shared by all workers of a run: ckp installs under locks."""
    home = home_for_all(tmp_path_factory, "CKP_TEST_QUANTUM_HOME", "quantum-home")
    return Sdks(home, probe="qiskit")


@pytest.fixture
def real(sdks: Sdks, tmp_path: Path) -> Callable[..., Work]:
    """``real("cirq")``: the worker with that SDK; ``real("qiskit", "1.4.6")``."""

    def work(name: str, version: str = "") -> Work:
        variables = sdks.variables(name, version)
        directory, home = tmp_path / f"{name}{version}", tmp_path / "home"
        directory.mkdir()
        home.mkdir(exist_ok=True)
        cache = {"CKP_CACHE": str(sdks.home / "cache" / "quantum")}
        python = variables["CKP_QUANTUM_PYTHON"]
        return Work(directory, home=home, python=python, variables={**variables, **cache})

    return work

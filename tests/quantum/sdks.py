"""Real SDKs, installed once by ckp for all tests that want them.

``CKP_TEST_QUANTUM_HOME`` names a CKP_HOME to install them into and to keep; else one goes with the
run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from quantum.kit import Work


@dataclass(frozen=True)
class Sdks:
    """In one CKP_HOME."""

    home: Path

    def ckp(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ck_core", *arguments],
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
            env={**os.environ, "CKP_HOME": str(self.home)},
        )

    def variables(self, name: str, version: str = "") -> dict[str, str]:
        """Of the SDK's installation; the test is skipped where it cannot be had here."""
        tags = f"quantum,sdk,{name}" + (f",v{version}" if version else "")
        if not self._registered(tags):
            self._install(tags)
        environment: dict[str, str] = self._registered(tags)[-1]["environment"]
        return environment

    def _registered(self, tags: str) -> list[Any]:
        shown = self.ckp("show", "env", f"--tags={tags}", "--json")
        return json.loads(shown.stdout) if shown.returncode == 0 else []

    def _install(self, tags: str) -> None:
        if not index_answers():
            pytest.skip("pip's index cannot be reached")
        done = self.ckp("install", "package", f"--tags={tags}")
        if "Python" in done.stderr and "which nothing here meets" in done.stderr:
            pytest.skip("no Python is here that it has wheels for")
        assert done.returncode == 0, done.stderr


@cache
def index_answers() -> bool:
    command = [sys.executable, "-m", "pip", "index", "versions", "qiskit"]
    return subprocess.run(command, capture_output=True, timeout=300, check=False).returncode == 0


@pytest.fixture(scope="session")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Sdks:
    """Shared by all workers of a run: ckp installs under locks."""
    given = os.environ.get("CKP_TEST_QUANTUM_HOME")
    worker = bool(os.environ.get("PYTEST_XDIST_WORKER"))
    base = tmp_path_factory.getbasetemp()
    return Sdks(Path(given) if given else (base.parent if worker else base) / "quantum-home")


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

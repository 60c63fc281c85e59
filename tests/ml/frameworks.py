"""Real frameworks, installed once by ckp for all tests that want them.

``CKP_TEST_ML_HOME`` names a CKP_HOME to install them into and to keep; else one goes with the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ml.kit import FRAMEWORKS, MODELS, Work


@dataclass(frozen=True)
class Frameworks:
    """In one CKP_HOME."""

    home: Path

    def ckp(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ck_core", *arguments],
            capture_output=True,
            text=True,
            timeout=3000,
            check=False,
            env={**os.environ, "CKP_HOME": str(self.home)},
        )

    def variables(self, name: str, version: str = "") -> dict[str, str]:
        """Of the framework's installation; the test is skipped where it cannot be had here."""
        tags = f"ml,framework,{name}" + (f",v{version}" if version else "")
        found = self._registered(tags)
        if not found and name == "armnn":
            self.ckp("detect", "soft", f"--tags={tags}")
            if not self._registered(tags):
                pytest.skip("Debian's python3-pyarmnn is not here")
        elif not found:
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
    command = [sys.executable, "-m", "pip", "index", "versions", "mlcommons-loadgen"]
    return subprocess.run(command, capture_output=True, timeout=300, check=False).returncode == 0


@pytest.fixture(scope="session")
def frameworks(tmp_path_factory: pytest.TempPathFactory) -> Frameworks:
    """Shared by all workers of a run: ckp installs under locks."""
    given = os.environ.get("CKP_TEST_ML_HOME")
    worker = bool(os.environ.get("PYTEST_XDIST_WORKER"))
    base = tmp_path_factory.getbasetemp()
    return Frameworks(Path(given) if given else (base.parent if worker else base) / "ml-home")


@pytest.fixture
def experiment(frameworks: Frameworks) -> Iterator[str]:
    """A name in the shared home, which holds nothing of it afterwards."""
    name = f"test-{uuid4().hex[:12]}"
    yield name
    frameworks.ckp("rm", f"experiment:{name}")


@pytest.fixture
def real(frameworks: Frameworks, tmp_path: Path) -> Callable[..., Work]:
    """``real("tflite")``: the worker with the small network, or with another ``model``."""

    def work(name: str, model: str = "", version: str = "") -> Work:
        variables = frameworks.variables(name, version)
        file = MODELS / FRAMEWORKS[name]
        if model:
            place = MODELS / model
            file = place if name == "mxnet" else place / file.name
        described = (file if name == "mxnet" else file.parent) / "model.json"
        directory = tmp_path / f"{name}{version}-{model}"
        directory.mkdir()
        chosen = {
            "CKP_MODEL": str(file),
            "CKP_MODEL_META": str(described),
            "CKP_CACHE": str(frameworks.home / "cache" / "ml"),  # TensorFlow is long to compile
        }
        return Work(directory, python=variables["CKP_ML_PYTHON"], variables={**variables, **chosen})

    return work

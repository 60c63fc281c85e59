"""Real frameworks, installed once by ckp for all tests that want them.

``CKP_TEST_ML_HOME`` names a CKP_HOME to install them into and to keep; else one goes with the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from ml.kit import FRAMEWORKS, MODELS, Work
from sdk_homes import SdkHome, home_for_all


class Frameworks(SdkHome):
    def variables(self, name: str, version: str = "") -> dict[str, str]:
        """Of the framework's installation; the test is skipped where it cannot be had here."""
        tags = f"ml,framework,{name}" + (f",v{version}" if version else "")
        if name == "armnn" and not self.registered(tags):
            self.ckp("detect", "soft", f"--tags={tags}")
            if not self.registered(tags):
                pytest.skip("Debian's python3-pyarmnn is not here")
        return self.installed(tags)


@pytest.fixture(scope="session")
def frameworks(tmp_path_factory: pytest.TempPathFactory) -> Frameworks:
    """Shared by all workers of a run: ckp installs under locks."""
    home = home_for_all(tmp_path_factory, "CKP_TEST_ML_HOME", "ml-home")
    return Frameworks(home, probe="mlcommons-loadgen")


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

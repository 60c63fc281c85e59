"""program:image-classification on Fashion-MNIST, in real frameworks, as a user runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from ml.frameworks import Frameworks
from ml.kit import MODELS

pytestmark = pytest.mark.slow
IMAGES = Path("/usr/share/datasets/fashion-mnist")
FILES = {"tflite": "tflite/model.tflite", "onnx": "onnx/model.onnx"}


@pytest.fixture
def found(
    frameworks: Frameworks, add_component: AddComponent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frameworks of the shared home and the small models, all by detection."""
    if not IMAGES.is_dir():
        pytest.skip("Debian's dataset-fashion-mnist is not here")
    places = [frameworks.variables(name)["CKP_ML"] for name in ("tflite", "onnxruntime")]
    for form, file in FILES.items():
        place = MODELS / Path(file).parent
        add_component("soft", f"model.tiny-{form}", model(form, Path(file).name, place))
        places.append(str(place))
    monkeypatch.setenv("CKP_SOFT_DIRS", os.pathsep.join(places))


def model(form: str, file: str, place: Path) -> object:
    return {
        "product": f"tiny-{form}",
        "tags": ["model", "image-classification", f"format-{form}", "fp32"],
        "auto_detect": "yes",
        "detect": {"files": [file]},
        "env": {"CKP_MODEL": "$#full_path#$", "CKP_MODEL_META": str(place / "model.json")},
    }


def test_two_frameworks_of_one_program(ckp: Ckp, found: None) -> None:
    for framework in ("tflite", "onnxruntime"):
        options = (f"--framework={framework}", "--dataset=fashion-mnist", "--count=50", "--batch=1")
        result = ckp("run", "program:image-classification", *options, "--repeat=1", "--json")
        assert result.returncode == 0, result.stderr
        assert json.loads(result.stdout)["program"] == "image-classification"


def test_a_model_for_another_framework_is_not_taken(ckp: Ckp, found: None) -> None:
    options = ("--framework=onnxruntime", "--model=tiny-tflite", "--count=5")
    result = ckp("run", "program:image-classification", *options)
    assert result.returncode != 0
    assert "format-onnx" in result.stderr

"""One network in every format, by the real converters, in the real frameworks."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.frameworks import Frameworks
from ml.kit import CONVERT, Work, prepare
from ml.network_kit import CLASSES, pixels, probabilities, write

pytestmark = pytest.mark.slow
Convert = Callable[..., Path]
FP32 = [
    ("torchscript", "torch", ("torch",)),
    ("onnx", "torch", ("onnxruntime", "openvino")),
    ("savedmodel", "tensorflow", ("tensorflow",)),
    ("tflite", "tensorflow", ("litert", "tflite", "armnn")),
    ("mxnet", "mxnet", ("mxnet",)),
]


@pytest.fixture
def convert(frameworks: Frameworks, tmp_path: Path) -> Convert:
    """``convert("tflite", "tensorflow", source, precision="int8")`` answers the new directory."""

    def made(form: str, maker: str, source: Path, precision: str = "fp32") -> Path:
        place, work = tmp_path / f"{form}-{precision}", tmp_path / f"work-{form}-{precision}"
        place.mkdir()
        prepare(work, pixels(64))
        done = subprocess.run(
            [_python(frameworks, maker), "-I", str(CONVERT / "convert.py"), form, str(place)],
            cwd=work,
            env={**os.environ, "CKP_MODEL": str(source), "CKP_PRECISION": precision},
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return place

    return made


def _python(frameworks: Frameworks, maker: str) -> str:
    if maker != "onnx-tools":
        return frameworks.variables(maker)["CKP_ML_PYTHON"]
    done = frameworks.ckp("install", "package:onnx-tools")
    assert done.returncode == 0, done.stderr
    shown = json.loads(frameworks.ckp("show", "env", "--tags=onnx-tools", "--json").stdout)
    return str(shown[-1]["environment"]["CKP_ML_PYTHON"])


def answers(frameworks: Frameworks, name: str, model: Path, place: Path) -> Any:
    """Probabilities of every class, in the order of classes."""
    variables = frameworks.variables(name)
    described = json.loads((model / "model.json").read_text(encoding="utf-8"))
    chosen = {
        "CKP_MODEL": str((model / described["file"]).resolve()),
        "CKP_MODEL_META": str(model / "model.json"),
    }
    prepare(place, pixels())
    work = Work(place, python=variables["CKP_ML_PYTHON"], variables={**variables, **chosen})
    found = work.done().predictions
    rows = np.zeros((len(pixels()), CLASSES))
    for row, top, scores in zip(rows, found["top"], found["scores"], strict=True):
        row[top] = scores
    return rows


def agree(found: Any, tolerance: float) -> None:
    """Of each image the five best classes are told, the others are 0."""
    expected = probabilities(pixels())
    np.testing.assert_allclose(found[found > 0], expected[found > 0], atol=tolerance)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() >= 0.9


@pytest.mark.parametrize(("form", "maker", "names"), FP32, ids=[one[0] for one in FP32])
def test_every_format_computes_the_network(
    *,
    frameworks: Frameworks,
    convert: Convert,
    tmp_path: Path,
    form: str,
    maker: str,
    names: tuple[str, ...],
) -> None:
    model = convert(form, maker, write(tmp_path / "network"))
    for name in names:
        try:
            agree(answers(frameworks, name, model, tmp_path / name), 1e-4)
        except pytest.skip.Exception:
            if len(names) == 1:
                raise


@pytest.mark.parametrize(("precision", "tolerance"), [("fp16", 0.02), ("int8", 0.12)])
def test_tflite_in_fewer_bits(
    frameworks: Frameworks, convert: Convert, tmp_path: Path, precision: str, tolerance: float
) -> None:
    model = convert("tflite", "tensorflow", write(tmp_path / "network"), precision)
    agree(answers(frameworks, "litert", model, tmp_path / "run"), tolerance)


@pytest.mark.parametrize(("precision", "tolerance"), [("fp16", 0.02), ("int8", 0.12)])
@pytest.mark.parametrize("name", ["onnxruntime", "openvino"])
def test_onnx_in_fewer_bits(
    *,
    frameworks: Frameworks,
    convert: Convert,
    tmp_path: Path,
    precision: str,
    tolerance: float,
    name: str,
) -> None:
    whole = convert("onnx", "torch", write(tmp_path / "network"))
    model = convert("onnx-quantized", "onnx-tools", whole / "model.onnx", precision)
    agree(answers(frameworks, name, model, tmp_path / "run"), tolerance)


def test_eight_bits_without_images_are_refused(frameworks: Frameworks, tmp_path: Path) -> None:
    source, place = write(tmp_path / "network"), tmp_path / "out"
    place.mkdir()
    done = subprocess.run(
        [
            _python(frameworks, "tensorflow"),
            "-I",
            str(CONVERT / "convert.py"),
            "tflite",
            str(place),
        ],
        cwd=tmp_path,
        env={**os.environ, "CKP_MODEL": str(source), "CKP_PRECISION": "int8"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 3
    assert "ckp-convert: 8 bits take images to calibrate with, and there are none" in done.stderr
    assert not list(place.iterdir())

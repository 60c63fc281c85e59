"""All frameworks, real ones, with one small network."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.kit import FRAMEWORKS, Work, prepare
from ml.tiny.reference import probabilities

pytestmark = pytest.mark.slow
Real = Callable[..., Work]
SIDE, COUNT = 28, 21
VERSIONS = [(name, "") for name in FRAMEWORKS] + [
    ("litert", "1.4.0"),
    ("onnxruntime", "1.23.2"),
    ("openvino", "2025.4.1"),
]
OPTIMISATIONS = [
    ("onnxruntime", "extended"),
    ("onnxruntime", "basic"),
    ("onnxruntime", "off"),
    ("tensorflow", "off"),
    ("torch", "basic"),
    ("torch", "off"),
    ("mxnet", "off"),
]


def pixels(side: int = SIDE) -> Any:
    """Noise on slopes: every image has another answer."""
    numbers = np.random.RandomState(3)
    noise = numbers.randint(0, 64, (COUNT, side, side, 1))
    slope = np.indices((side, side)).sum(0)[None, ..., None] * np.arange(COUNT)[:, None, None, None]
    return ((noise + slope) % 256).astype(np.uint8)


def prepared(work: Work, side: int = SIDE) -> Work:
    prepare(work.directory, pixels(side), vocabulary="fashion-mnist")
    return work


def agrees(work: Work, tolerance: float = 1e-4) -> None:
    """With the network computed by NumPy alone; equal chances may change places."""
    expected = probabilities(pixels())
    found = work.predictions
    for row, (top, scores) in enumerate(zip(found["top"], found["scores"], strict=True)):
        np.testing.assert_allclose(expected[row][top], scores, atol=tolerance)
        np.testing.assert_allclose(sorted(expected[row])[-5:][::-1], scores, atol=tolerance)


def test_the_reference_depends_on_the_image() -> None:
    found = probabilities(pixels())
    assert len({tuple(np.round(one, 3)) for one in found}) == COUNT
    assert len({int(one.argmax()) for one in found}) > 1


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_the_answers_are_those_of_the_network(real: Real, name: str, version: str) -> None:
    work = prepared(real(name, version=version)).done()
    agrees(work)
    told = work.latencies
    assert (told["framework"], len(told["query_ns"])) == (name, COUNT)
    assert told["version"].startswith(version)


@pytest.mark.parametrize("name", [one for one in FRAMEWORKS if one != "armnn"])
def test_eight_at_a_time(real: Real, name: str) -> None:
    work = prepared(real(name)).done(CKP_BATCH=8)
    agrees(work)
    assert len(work.latencies["query_ns"]) == 3


@pytest.mark.parametrize(
    ("name", "model"),
    [("onnxruntime", "onnx-fixed"), ("tensorflow", "savedmodel-fixed"), ("armnn", "tflite")],
)
def test_a_fixed_batch_is_refused(real: Real, name: str, model: str) -> None:
    line = prepared(real(name, model)).refused(CKP_BATCH=8)
    assert f"model tiny-{model} takes 1 image at a time, and " in line
    assert "take --batch 1" in line


@pytest.mark.parametrize(
    ("name", "model", "megabytes", "batch"),
    [
        ("onnxruntime", "", 700, 20_000),
        ("litert", "tflite-open", 500, 20_000),
        ("tflite", "tflite-open", 400, 20_000),
        ("torch", "", 1500, 60_000),
    ],
)
def test_a_batch_that_no_memory_is_there_for(
    real: Real, name: str, model: str, megabytes: int, batch: int
) -> None:
    work = prepared(real(name, model))
    work.memory = megabytes << 20
    line = work.refused(CKP_BATCH=batch, CKP_DELEGATE="none")
    assert line == "there is not enough memory; take a smaller batch (--batch) or a smaller model"


def test_openvino_makes_a_fixed_batch_another_one(real: Real) -> None:
    agrees(prepared(real("openvino", "onnx-fixed")).done(CKP_BATCH=8))


@pytest.mark.parametrize(("name", "level"), OPTIMISATIONS)
def test_graph_optimisation_changes_no_answer(real: Real, name: str, level: str) -> None:
    work = prepared(real(name)).done(CKP_GRAPH_OPTIMIZATION=level)
    agrees(work)
    assert (work.latencies["graph_optimization"], work.latencies["notes"]) == (level, [])


@pytest.mark.parametrize(
    ("name", "level"), [("torch", "extended"), ("openvino", "off"), ("mxnet", "basic")]
)
def test_a_level_that_a_framework_does_not_have(real: Real, name: str, level: str) -> None:
    assert f"has no graph optimization {level}" in prepared(real(name)).refused(
        CKP_GRAPH_OPTIMIZATION=level
    )


@pytest.mark.parametrize(
    "name", ["tflite", "litert", "onnxruntime", "tensorflow", "torch", "mxnet"]
)
def test_threads_are_really_there(real: Real, name: str) -> None:
    work = prepared(real(name))
    few = work.done(CKP_BATCH=8, CKP_THREADS=1).latencies["os_threads"]
    four = work.done(CKP_BATCH=8, CKP_THREADS=4).latencies["os_threads"]
    assert four >= few + 2


@pytest.mark.parametrize(
    ("name", "model", "asked", "applied"),
    [
        ("tflite", "tflite", "xnnpack", "xnnpack"),
        ("tflite", "tflite-open", "xnnpack", "xnnpack"),
        ("tflite", "tflite", "none", "none"),
        ("tflite", "tflite-int8", "xnnpack", "none"),  # its wheel is built without
        ("litert", "tflite", "xnnpack", "xnnpack"),
        ("litert", "tflite", "none", "none"),
        ("litert", "tflite-int8", "xnnpack", "xnnpack"),
    ],
)
def test_xnnpack_is_told_truly(real: Real, name: str, model: str, asked: str, applied: str) -> None:
    found = prepared(real(name, model)).done(CKP_DELEGATE=asked).latencies
    assert found["delegate"] == applied
    assert bool(found["notes"]) == (asked != applied)


@pytest.mark.parametrize("name", ["tflite", "litert"])
def test_eight_bits_are_near(real: Real, name: str) -> None:
    agrees(prepared(real(name, "tflite-int8")).done(), tolerance=0.05)


@pytest.mark.parametrize("name", ["tflite", "litert"])
def test_weights_of_8_bits_alone_are_not_int8(real: Real, name: str) -> None:
    line = prepared(real(name, "tflite-weights-only")).refused()
    assert "it was converted without calibration" in line


def test_arm_nn_does_not_take_ckp_with_it(real: Real) -> None:
    line = prepared(real("armnn", "tflite-int8")).refused()
    assert line.startswith("Arm NN ends the process (SIGABRT) when it loads model.tflite: ")


@pytest.mark.parametrize(
    ("name", "model", "operator"),
    [
        ("tflite", "tflite-unknown", "Erfinv"),
        ("litert", "tflite-unknown", "Erfinv"),
        ("armnn", "tflite-unknown", "CUSTOM"),
        ("onnxruntime", "onnx-unknown", "Unheard"),
        ("openvino", "onnx-unknown", "Unheard"),
    ],
)
def test_an_operator_that_is_missing(real: Real, name: str, model: str, operator: str) -> None:
    line = prepared(real(name, model)).refused()
    assert line.startswith(f"{name} lacks the operator {operator}, which model.")


@pytest.mark.parametrize(
    "name", ["tflite", "litert", "onnxruntime", "openvino", "tensorflow", "armnn"]
)
def test_an_input_of_another_size(real: Real, name: str) -> None:
    work = real(name)
    described = json.loads(Path(work.variables["CKP_MODEL_META"]).read_text(encoding="utf-8"))
    described["input"].update(height=20, width=20)
    changed = work.directory / "model.json"
    changed.write_text(json.dumps(described), encoding="utf-8")
    line = prepared(work, side=20).refused(CKP_MODEL_META=changed)
    assert "its model.json says " in line
    assert "28" in line
    assert "20" in line


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_damaged_model(real: Real, name: str, tmp_path: Path) -> None:
    work = prepared(real(name))
    whole = Path(work.variables["CKP_MODEL"])
    copy = tmp_path / whole.name
    (shutil.copytree if whole.is_dir() else shutil.copy)(whole, copy)
    named = {"tensorflow": "saved_model.pb", "mxnet": "model-0000.params"}.get(name)
    file = copy / named if named else copy
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    line = work.refused(CKP_MODEL=copy)
    assert "cannot load" in line or "ends the process (SIGSEGV)" in line


@pytest.mark.parametrize("name", [one for one in FRAMEWORKS if one != "armnn"])
def test_loadgen_is_there_for_mlperf(real: Real, name: str) -> None:
    command = [
        real(name).python,
        "-I",
        "-c",
        "import mlperf_loadgen as l; print(l.TestScenario.Offline)",
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

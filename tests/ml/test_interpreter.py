"""The adapter of TensorFlow Lite, with an interpreter that behaves as the real ones do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ml.kit import FAKES, Work

INTERPRETER = FAKES / "site-packages/tflite_runtime/__init__.py"


@pytest.fixture
def lite(worker: Work) -> Work:
    """The fake lies where an isolated interpreter does not look by itself, as ``~/.local`` does."""
    worker.variables["CKP_ML_FILE"] = str(INTERPRETER)
    taking(worker)
    return worker


def taking(work: Work, says: dict[str, Any] | None = None, **changes: Any) -> None:
    work.variables["CKP_ML_ADAPTER"] = ""
    work.model({"shape": [1, 4, 4, 1], **(says or {})}, **changes)
    work.variables.update(CKP_ML_FRAMEWORK="tflite", CKP_ML_ADAPTER="")


def told(work: Work) -> Any:
    return json.loads((work.directory / "interpreter.json").read_text(encoding="utf-8"))


def test_threads_and_xnnpack_are_asked_for(lite: Work) -> None:
    lite.done(CKP_THREADS=2, CKP_DELEGATE="xnnpack")
    assert told(lite) == {"threads": 2, "resolver": "AUTO"}
    found = lite.latencies
    assert (found["version"], found["delegate"], found["threads"]) == ("9.9.0", "xnnpack", 2)
    assert [one[0] for one in lite.predictions["top"]] == [0, 1, 2, 3, 4, 5, 6]


def test_without_xnnpack(lite: Work) -> None:
    lite.done(CKP_DELEGATE="none")
    assert told(lite) == {"threads": 1, "resolver": "BUILTIN_WITHOUT_DEFAULT_DELEGATES"}
    assert (lite.latencies["delegate"], lite.latencies["notes"]) == ("none", [])


def test_xnnpack_that_takes_nothing_is_told(lite: Work) -> None:
    taking(lite, {"delegates": False})
    result = lite.run(CKP_DELEGATE="xnnpack")
    assert result.stderr.startswith("ckp-ml: note: XNNPACK takes no operator of this model")
    assert lite.latencies["delegate"] == "none"


def test_the_input_is_resized(lite: Work) -> None:
    lite.done(CKP_BATCH=4)
    assert [one[0] for one in lite.predictions["top"]] == [0, 1, 2, 3, 4, 5, 6]
    assert len(lite.latencies["query_ns"]) == 2


def test_an_input_that_cannot_be_resized(lite: Work) -> None:
    taking(lite, {"resizable": False})
    line = lite.refused(CKP_BATCH=8)
    assert "takes 1 at a time, and TensorFlow Lite cannot resize it to 8" in line
    assert "take --batch 1" in line


def test_int8_between_numbers_of_32_bits(lite: Work) -> None:
    taking(lite, precision="int8")
    assert "it was converted without calibration" in lite.refused()


def test_int8_that_is_calibrated(lite: Work) -> None:
    taking(lite, {"between": "int8"}, precision="int8")
    assert lite.done().latencies["precision"] == "int8"


def test_quantisation_comes_from_the_model(lite: Work) -> None:
    says = {"type": "int8", "quantization": [0.5, 1], "between": "int8"}
    taking(lite, says, precision="int8", input={"dtype": "int8"})
    assert [one[0] for one in lite.done().predictions["top"]] == [1, 3, 5, 7, 9, 9, 9]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CKP_INTER_THREADS", "2", "TensorFlow Lite has no inter threads 2; it does 1"),
        ("CKP_GRAPH_OPTIMIZATION", "off", "has no graph optimization off; it does all"),
    ],
)
def test_what_it_does_not_have(lite: Work, name: str, value: str, words: str) -> None:
    assert words in lite.refused(**{name: value})

"""Whatever is wrong is one line that names it, and exit status 3."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.kit import Work, prepare


def test_the_model_is_missing(worker: Work) -> None:
    line = worker.refused(CKP_MODEL="/nowhere/model.tflite")
    assert line.startswith("the model /nowhere/model.tflite is missing; install it")


def test_the_description_is_missing(worker: Work) -> None:
    assert "/nowhere/model.json cannot be read" in worker.refused(
        CKP_MODEL_META="/nowhere/model.json"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"input": {"layout": "HWCN"}}, "'HWCN' is none of NHWC, NCHW"),
        ({"input": {"height": "tall"}}, "invalid literal for int()"),
        ({"input": {"mean": [1, 2]}}, "2 numbers for 1 channels"),
        ({"precision": "fp8"}, "'fp8' is none of fp32, fp16, int8"),
        ({"output": None}, "'output' is no object"),
        ({"task": "speech"}, "is for speech"),
        ({"output": {"kind": "boxes"}}, "answers boxes"),
    ],
)
def test_the_description_says_nothing_usable(
    worker: Work, changes: dict[str, Any], words: str
) -> None:
    worker.model(**changes)
    assert words in worker.refused()


def test_a_variable_that_is_missing(worker: Work) -> None:
    del worker.variables["CKP_MODEL"]
    assert worker.refused().startswith("the variable CKP_MODEL is not set")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CKP_BATCH", "0", "CKP_BATCH must be a whole number from 1, not '0'"),
        ("CKP_THREADS", "many", "CKP_THREADS must be a whole number from 1, not 'many'"),
        ("CKP_DELEGATE", "gpu", "CKP_DELEGATE must be one of none, xnnpack, not 'gpu'"),
        ("CKP_GRAPH_OPTIMIZATION", "some", "must be one of all, extended, basic, off"),
        ("CKP_THREADS", "3", "NumPy has no threads 3; it does 1 or 2"),
        ("CKP_DELEGATE", "xnnpack", "NumPy has no delegate xnnpack; it does none"),
    ],
)
def test_a_value_that_cannot_be_done(worker: Work, name: str, value: str, words: str) -> None:
    assert words in worker.refused(**{name: value})


def test_there_are_no_images(worker: Work) -> None:
    (worker.directory / "prepared" / "prepared.json").unlink()
    assert worker.refused().startswith("there are no prepared images")


def test_not_one_image_could_be_prepared(worker: Work) -> None:
    prepare(worker.directory, np.zeros((0, 4, 4, 1), np.uint8))
    assert worker.refused().startswith("not one image could be prepared")


def test_images_are_cut_short(worker: Work) -> None:
    file = worker.directory / "prepared" / "images.bin"
    file.write_bytes(file.read_bytes()[:-1])
    assert "has 111 bytes, not the 112 of its images" in worker.refused()


def test_a_label_is_missing(worker: Work) -> None:
    prepare(worker.directory, np.zeros((2, 4, 4, 1), np.uint8), labels=[1])
    assert "has not one name and one label for each image" in worker.refused()


def test_images_of_another_size(worker: Work) -> None:
    prepare(worker.directory, np.zeros((2, 8, 8, 3), np.uint8))
    assert worker.refused().startswith(
        "the images are 8x8 with 3 channels, model brightness takes 4x4 with 1 channel"
    )


def test_images_with_other_labels(worker: Work) -> None:
    prepare(worker.directory, np.zeros((2, 4, 4, 1), np.uint8), vocabulary="imagenet-1k")
    line = worker.refused()
    assert "answers in the classes of tens, the images are labelled in those of imagenet-1k" in line
    assert "--model, --dataset" in line


def test_images_without_labels_are_fine(worker: Work) -> None:
    prepare(worker.directory, np.zeros((2, 4, 4, 1), np.uint8), vocabulary="", labels=[None, None])
    assert worker.done().predictions["labels"] == [None, None]


@pytest.mark.parametrize(
    ("says", "changes", "words"),
    [
        ({"shape": [None, 5, 5, 1]}, {}, "takes 1x5x5x1, its model.json says 1x4x4x1 (NHWC)"),
        ({"shape": [None, 16]}, {}, "takes 1x16, its model.json says 1x4x4x1"),
        ({"shape": [None, 1, 4, 4]}, {}, "takes 1x1x4x4, its model.json says 1x4x4x1"),
        ({"dtype": "int64"}, {}, "takes int64, which is none of float32, float16, int8, uint8"),
        ({"dtype": "uint8"}, {}, "takes uint8, its model.json says float32"),
        ({"classes": 12}, {}, "answers 12 numbers an image, its model.json says 10 classes"),
        ({"nan": True}, {}, "answers what is no number"),
    ],
)
def test_a_model_that_is_not_as_described(
    worker: Work, says: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    worker.model(says, **changes)
    assert words in worker.refused()


def test_int8_without_calibration(worker: Work) -> None:
    worker.model({"dtype": "int8"}, precision="int8", input={"dtype": "int8"})
    line = worker.refused()
    assert "takes int8 but tells no quantisation (scale, zero point)" in line
    assert "convert it with a calibration set" in line


def test_a_fixed_batch(worker: Work) -> None:
    worker.model({"shape": [1, 4, 4, 1]})
    line = worker.refused(CKP_BATCH=8)
    assert line.startswith(
        "model brightness takes 1 image at a time, and NumPy cannot make that 8; take --batch 1"
    )


def test_a_batch_that_only_the_output_refuses(worker: Work) -> None:
    worker.model({"answers": 1})
    assert "answers 1 at a time when it is given 8: its batch is fixed" in worker.refused(
        CKP_BATCH=8
    )


def test_an_operator_that_the_framework_lacks(worker: Work) -> None:
    complaint = "[ONNXRuntimeError] : 10 : INVALID_GRAPH : Error No Op registered for Einsum"
    worker.model({"at_load": "raise", "words": complaint})
    assert worker.refused().startswith("numpy lacks the operator Einsum, which model.txt has; take")


def test_a_model_that_cannot_be_loaded(worker: Work) -> None:
    worker.model({"at_load": "raise", "words": "it begins\n\nlike " + "a " * 200 + "and is cut"})
    line = worker.refused()
    assert line.startswith("numpy cannot load model.txt: it begins like a a")
    assert "and is cut; is it whole" in line


def test_a_query_that_fails(worker: Work) -> None:
    worker.model({"at_query": "raise", "words": "no such\nkernel"})
    line = worker.refused(CKP_BATCH=2)
    assert "model brightness fails at a query of 2: ValueError: no such kernel" in line


def test_there_is_no_such_framework(worker: Work) -> None:
    worker.variables["CKP_ML_ADAPTER"] = ""
    line = worker.refused(CKP_ML_FRAMEWORK="theano")
    assert line.startswith("there is no adapter for framework 'theano', only for armnn, litert")


def test_the_framework_is_not_installed(worker: Work) -> None:
    worker.variables["CKP_ML_ADAPTER"] = ""
    line = worker.refused(CKP_ML_FRAMEWORK="mxnet")
    assert line.startswith("mxnet cannot be imported by ")
    assert "No module named 'mxnet'; install it" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no function load(options)"),
        ("import nowhere_to_be_found", "fails: ModuleNotFoundError: No module named"),
        ("def load(options): return 1", "answers a int, no Session"),
    ],
)
def test_an_adapter_that_is_none(worker: Work, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    assert words in worker.refused(CKP_ML_ADAPTER=file)


def test_an_adapter_that_is_missing(worker: Work) -> None:
    line = worker.refused(CKP_ML_ADAPTER="/nowhere/mine.py")
    assert line == "CKP_ML_ADAPTER names /nowhere/mine.py, which is no Python file"


def test_a_process_that_is_killed_leaves_no_result(worker: Work) -> None:
    worker.model({"signal": int(signal.SIGKILL)})
    assert worker.run().returncode == -signal.SIGKILL
    assert not (worker.directory / "latencies.json").exists()


NO_MEMORY = "there is not enough memory; take a smaller batch (--batch) or a smaller model"


def test_more_memory_than_there_is(worker: Work) -> None:
    worker.memory = 2 << 30
    worker.model({"bytes": 8 << 30})
    assert worker.refused() == NO_MEMORY
    worker.model({"bytes": 8 << 10})
    worker.done()


@pytest.mark.parametrize("when", ["at_load", "at_query"])
@pytest.mark.parametrize(
    "words",
    [
        "std::bad_alloc",
        "Failed to allocate memory for requested buffer of size 1003520000",
        "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory",
        "OOM when allocating tensor with shape[20000,28,28,8]",
    ],
)
def test_a_framework_says_in_its_words_that_it_lacks_memory(
    worker: Work, when: str, words: str
) -> None:
    worker.model({when: "raise", "words": words})
    assert worker.refused() == NO_MEMORY


def test_the_whole_story_for_authors(worker: Work) -> None:
    worker.model({"at_load": "raise", "words": "deep inside"})
    result = worker.run(CKP_ML_TRACEBACK="1")
    assert result.returncode == 3
    assert "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("ckp-ml: numpy cannot load")

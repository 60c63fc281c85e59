"""The worker's protocol, with a framework that is a few lines of NumPy."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ml.kit import WORKER, Work, grey, prepare


def test_every_image_gets_its_class(worker: Work) -> None:
    found = worker.done().predictions
    assert [one[0] for one in found["top"]] == [0, 1, 2, 3, 4, 5, 6]
    assert found["ids"][:2] == ["000.png", "001.png"]
    assert found["labels"] == [0, 1, 2, 3, 4, 5, 6]
    assert (found["task"], found["classes"]) == ("image-classification", 10)


def test_the_best_five_come_with_their_scores(worker: Work) -> None:
    found = worker.done().predictions
    assert found["top"][3] == [3, 2, 4, 1, 5]
    assert found["scores"][3] == [0.0, -1.0, -1.0, -2.0, -2.0]


def test_of_equal_scores_the_first_class_comes_first(worker: Work) -> None:
    prepare(worker.directory, np.full((1, 4, 4, 1), 200, np.uint8))
    worker.model(input={"scale": [0.0]})
    assert worker.done().predictions["top"][0] == [0, 1, 2, 3, 4]


def test_logits_become_probabilities(worker: Work) -> None:
    worker.model(output={"kind": "logits"})
    scores = worker.done().predictions["scores"][0]
    powers = np.exp(-np.arange(10.0))
    np.testing.assert_allclose(scores, (powers / powers.sum())[:5], atol=1e-6)


def test_one_time_for_each_query(worker: Work) -> None:
    found = worker.done(CKP_QUERY_WARMUPS=3).latencies
    assert (len(found["query_ns"]), len(found["warmup_ns"])) == (7, 3)
    assert all(one > 0 for one in found["query_ns"])
    assert found["load_ns"] > 0
    assert (found["framework"], found["version"], found["images"]) == ("numpy", "1.0", 7)
    assert found["model_bytes"] == len("{}")
    assert len(worker.queries) == 10


@pytest.mark.parametrize(("batch", "queries"), [(1, 7), (2, 4), (7, 1), (8, 1)])
def test_the_last_batch_is_filled_and_not_counted(worker: Work, batch: int, queries: int) -> None:
    worker.done(CKP_BATCH=batch, CKP_QUERY_WARMUPS=0)
    assert worker.queries == [f"({batch}, 4, 4, 1) float32"] * queries
    assert [one[0] for one in worker.predictions["top"]] == [0, 1, 2, 3, 4, 5, 6]
    found = worker.latencies
    assert (found["batch"], found["images"], len(found["query_ns"])) == (batch, 7, queries)


def test_more_images_than_are_converted_at_once(tmp_path: Path) -> None:
    """Blocks of 8 MiB hold 131,000 images of 4 x 4, which 7 does not divide."""
    levels = np.arange(140_001, dtype=np.int64) % 7
    prepare(tmp_path, grey(*levels.astype(np.uint8).tolist()), vocabulary="")
    work = Work(tmp_path)
    work.model()
    work.done(CKP_BATCH=100)
    assert [one[0] for one in work.predictions["top"]] == levels.tolist()
    assert len(work.latencies["query_ns"]) == 1401


def test_only_the_first_images(worker: Work) -> None:
    worker.done(CKP_COUNT=3)
    assert worker.predictions["ids"] == ["000.png", "001.png", "002.png"]
    assert worker.latencies["images"] == 3


def test_means_and_scales_are_by_channel(worker: Work) -> None:
    pixels = np.zeros((1, 4, 4, 3), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = 10, 20, 30
    prepare(worker.directory, pixels)
    # (10 - 4) * 0.5 = 3, (20 - 0) * 0.1 = 2, (30 - 29) * 4 = 4: 3 on average
    numbers = {"channels": 3, "mean": [4, 0, 29], "scale": [0.5, 0.1, 4]}
    worker.model({"shape": [None, 4, 4, 3]}, input=numbers)
    assert worker.done().predictions["top"][0][0] == 3


def test_channels_may_come_first(worker: Work) -> None:
    prepare(worker.directory, np.zeros((2, 4, 4, 3), np.uint8))
    worker.model({"shape": [None, 3, 4, 4]}, input={"channels": 3, "layout": "NCHW"})
    worker.done(CKP_QUERY_WARMUPS=0)
    assert worker.queries == ["(1, 3, 4, 4) float32"] * 2


def test_quantised_inputs_are_what_the_model_tells(worker: Work) -> None:
    """Value 3 at a scale of 0.5 from 1 on is 7, and that is what this model sees."""
    worker.model({"dtype": "int8", "quantisation": [0.5, 1]}, input={"dtype": "int8"})
    worker.done(CKP_QUERY_WARMUPS=0)
    assert worker.queries[0] == "(1, 4, 4, 1) int8"
    assert [one[0] for one in worker.predictions["top"]] == [1, 3, 5, 7, 9, 9, 9]


def test_pixels_as_they_are_need_no_quantisation(worker: Work) -> None:
    worker.model({"dtype": "uint8"}, input={"dtype": "uint8"})
    worker.done(CKP_QUERY_WARMUPS=0)
    assert worker.queries[0] == "(1, 4, 4, 1) uint8"
    assert [one[0] for one in worker.predictions["top"]] == [0, 1, 2, 3, 4, 5, 6]


def test_outputs_before_the_vocabulary_are_left_out(worker: Work) -> None:
    worker.model({"classes": 11}, labels={"offset": 1})
    assert [one[0] for one in worker.done().predictions["top"]][1:] == [0, 1, 2, 3, 4, 5]


def test_a_note_is_told_and_kept(worker: Work) -> None:
    worker.model({"notes": ["it runs on one leg"]})
    result = worker.run()
    assert (result.returncode, result.stderr) == (0, "ckp-ml: note: it runs on one leg\n")
    assert worker.latencies["notes"] == ["it runs on one leg"]


def test_nothing_is_written_into_the_component(worker: Work, tmp_path: Path) -> None:
    copy, cache = tmp_path / "component", tmp_path / "cache"
    shutil.copytree(WORKER.parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    worker.worker = copy / "worker.py"
    worker.done()
    worker.done(CKP_CACHE=cache)
    assert not list(copy.rglob("__pycache__"))
    assert list((cache / "bytecode").rglob("*.pyc"))


@pytest.mark.parametrize("file", sorted(WORKER.parent.rglob("*.py")), ids=lambda one: one.name)
def test_python_3_8_can_read_it(file: Path) -> None:
    """MXNet's last release is for it; what a newer one only evaluates is in annotations."""
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    assert "from __future__ import annotations" in text or not list(ast.walk(tree))[3:]


def test_results_are_whole_json(worker: Work) -> None:
    worker.done()
    for name in ("latencies.json", "predictions.json"):
        assert json.loads((worker.directory / name).read_text(encoding="utf-8"))["schema"] == 1
    assert not list(worker.directory.glob("*.part"))

"""Boxes: anchors and overlaps against what was computed by hand, and the worker end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ckp_ml.detection.anchors import Layers, anchors, decoded
from ckp_ml.detection.boxes import overlaps, without_duplicates
from ml.kit import Work, grey, meta, prepare

SSD = Layers(
    grids=(19, 10, 5, 3, 2, 1),
    ratios=(1.0, 2.0, 0.5, 3.0, 0.3333),
    scales=(0.2, 0.95),
    code=(10.0, 5.0),
)
BOXES = arrays.arrays(np.float32, (7, 4), elements=st.floats(0, 1, width=32))


def box(*sides: float) -> Any:
    return np.array(sides, np.float32)


def test_overlaps_by_hand() -> None:
    others = np.stack([box(0, 0, 1, 1), box(0, 0, 0.5, 1), box(0.5, 0.5, 1, 1), box(0, 0, 0, 0)])
    np.testing.assert_allclose(overlaps(box(0, 0, 1, 1), others), [1, 0.5, 0.25, 0])
    np.testing.assert_allclose(overlaps(box(0, 0, 0.5, 1), others[2:3]), [0])


def test_of_boxes_that_overlap_the_surest_stays() -> None:
    boxes = np.stack([box(0, 0, 1, 1), box(0, 0, 1, 0.9), box(0, 0, 0.2, 0.2)])
    assert without_duplicates(boxes, box(0.5, 0.9, 0.1), 0.6, 10) == [1, 2]
    assert without_duplicates(boxes, box(0.5, 0.9, 0.1), 0.95, 10) == [1, 0, 2]
    assert without_duplicates(boxes, box(0.5, 0.9, 0.1), 0.6, 1) == [1]


@given(BOXES, arrays.arrays(np.float32, 7, elements=st.floats(0, 1, width=32)))
def test_no_two_that_stay_overlap_more(boxes: Any, scores: Any) -> None:
    low, high = np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])
    boxes = np.concatenate([low, high], axis=1)
    kept = without_duplicates(boxes, scores, 0.5, 7)
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)
    for place, one in enumerate(kept):
        assert (overlaps(boxes[one], boxes[kept[place + 1 :]]) <= 0.5).all()
    for left in {*range(7)} - {*kept}:
        assert any(overlaps(boxes[one], boxes[left : left + 1])[0] > 0.5 for one in kept)


def test_the_anchors_of_ssd() -> None:
    """1,917 of them; some of the values are worked out by hand from the paper's formulas."""
    found = anchors(SSD)
    assert found.shape == (1917, 4)
    np.testing.assert_allclose(found[0], [0.5 / 19, 0.5 / 19, 0.1, 0.1], rtol=1e-6)
    wide = [0.5 / 19, 0.5 / 19, 0.2 / 2**0.5, 0.2 * 2**0.5]
    np.testing.assert_allclose(found[1], wide, rtol=1e-6)
    second = found[19 * 19 * 3]
    np.testing.assert_allclose(second, [0.05, 0.05, 0.35, 0.35], rtol=1e-6)
    between = found[19 * 19 * 3 + 5]
    np.testing.assert_allclose(between[2:], [(0.35 * 0.5) ** 0.5] * 2, rtol=1e-6)
    np.testing.assert_allclose(found[-1], [0.5, 0.5, 0.95**0.5, 0.95**0.5], rtol=1e-6)


def test_a_box_beside_its_anchor() -> None:
    beside = np.array([[0.5, 0.5, 0.2, 0.4]], np.float32)
    nothing = decoded(np.zeros((1, 4), np.float32), beside, SSD)
    np.testing.assert_allclose(nothing, [[0.4, 0.3, 0.6, 0.7]], rtol=1e-6)
    moved = decoded(np.array([[10, -10, 5 * np.log(2), 0]], np.float32), beside, SSD)
    np.testing.assert_allclose(moved, [[0.5, -0.1, 0.9, 0.3]], atol=1e-6)


READY: dict[str, Any] = {
    "task": "object-detection",
    "output": {"kind": "ssd-postprocessed"},
    "labels": {"vocabulary": "tens", "classes": 10, "offset": 0, "names": list("abcdefghij")},
}
ADAPTER = """
import numpy as np
from ckp_ml.adapter import Session, same
from ckp_ml.tensors import Tensor

BOXES = np.array([[[0.25, 0.0, 0.75, 1.0], [0.0, 0.0, 0.5, 0.5], [0, 0, 0, 0]]], np.float32)


def load(options):
    shape = (options.batch, 4, 4, 1)
    out = [Tensor(n, (1,), "float32") for n in ("boxes", "classes", "scores", "count")]

    def run(images):
        level = float(images.mean())
        scores = np.array([[0.9, 0.5, 0.0]], np.float32)
        classes = np.array([[level, 3.0, 0.0]], np.float32)
        return [BOXES, classes, scores, np.array([2.0], np.float32)]

    return Session(
        version="1", input=Tensor("i", shape, "float32"), outputs=tuple(out), bind=same, run=run,
        fetch=same,
    )
"""


@pytest.fixture
def detector(tmp_path: Path) -> Work:
    """Two images of 8 x 4 and 4 x 8 pixels, which lie as wholes in prepared ones of 4 x 4."""
    work = Work(tmp_path / "run")
    sizes = {"sizes": [[8, 4], [4, 8]], "placed": [[0, 1, 4, 2], [1, 0, 2, 4]]}
    prepare(work.directory, grey(1, 2), labels=[None, None], **sizes)
    work.model(**READY)
    adapter = work.directory / "adapter.py"
    adapter.write_text(ADAPTER, encoding="utf-8")
    work.variables["CKP_ML_ADAPTER"] = str(adapter)
    return work


def test_boxes_are_in_the_originals_pixels(detector: Work) -> None:
    found = detector.done().predictions
    assert found["task"] == "object-detection"
    assert found["names"] == list("abcdefghij")
    wide, high = found["boxes"]
    assert wide[0] == [1, 0.9, 0, 0, 8, 4]  # rows 1 to 3 of 4 are the whole original
    assert wide[1] == [3, 0.5, 0, 0, 4, 2]
    assert high[0] == [2, 0.9, 0, 2, 4, 6]  # columns beside the original are cut off
    assert high[1] == [3, 0.5, 0, 0, 2, 4]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"output": {"kind": "yolo"}}, "answers yolo; this worker does"),
        ({"task": "segmentation"}, "is for segmentation"),
        ({"output": {"kind": "ssd-raw"}}, "has no 'anchors' that can be used"),
        ({"output": {"kind": "ssd-raw", "anchors": {"grids": ["x"]}}}, "no 'anchors' that can"),
    ],
)
def test_what_cannot_be_decoded_is_told(detector: Work, changes: Any, said: str) -> None:
    described = meta(**{**READY, **changes})
    (detector.directory / "model.json").write_text(json.dumps(described), encoding="utf-8")
    assert said in detector.refused()


def test_raw_answers_that_do_not_fit_the_anchors_are_told(detector: Work) -> None:
    raw = {"grids": [2], "ratios": [1.0], "scales": [0.2, 0.9], "code": [10, 5]}
    described = meta(**{**READY, "output": {"kind": "ssd-raw", "anchors": raw}})
    (detector.directory / "model.json").write_text(json.dumps(described), encoding="utf-8")
    assert "no boxes and classes beside 12 anchors" in detector.refused()

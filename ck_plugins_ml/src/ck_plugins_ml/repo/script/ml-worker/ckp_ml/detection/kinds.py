"""What detectors answer: boxes that are ready, or what stands beside anchors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Callable

import numpy as np

from ckp_ml.detection.anchors import Layers, anchors, decoded, read_layers
from ckp_ml.detection.boxes import without_duplicates
from ckp_ml.failure import Failure
from ckp_ml.model import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

_LEAST_SCORE, _OVERLAP, _MOST = 0.01, 0.6, 100
"""What the COCO evaluation of TensorFlow's detectors takes."""


@dataclass(frozen=True)
class Found:
    """Of one image: classes of the vocabulary, scores from 0 to 1, boxes as shares of its sides."""

    classes: Numbers
    scores: Numbers
    boxes: Numbers


Decode = Callable[["list[Numbers]"], Found]
"""From the outputs of one image."""


def decoder(model: Model) -> Decode:
    """Raises Failure where its model.json does not say how."""
    kind, values = model.output_kind, model.output
    if kind == "ssd-postprocessed":
        return partial(_postprocessed, model=model)
    try:
        layers = read_layers(values["anchors"])
    except (KeyError, TypeError, ValueError) as error:
        raise Failure(
            f"the model.json of {model.name} has no 'anchors' that can be used: {error}",
            "docs/ml.md says what belongs there",
        ) from None
    return partial(_raw, layers=layers, beside=anchors(layers), model=model)


def _postprocessed(outputs: list[Numbers], *, model: Model) -> Found:
    """TFLite_Detection_PostProcess: boxes, classes, scores, how many."""
    boxes, classes, scores, count = outputs[:4]
    kept = int(count.reshape(-1)[0])
    return Found(
        classes=classes.reshape(-1)[:kept] - model.labels.offset,
        scores=scores.reshape(-1)[:kept],
        boxes=boxes.reshape(-1, 4)[:kept],
    )


def _raw(outputs: list[Numbers], *, layers: Layers, beside: Numbers, model: Model) -> Found:
    """SSD's box encodings and class predictions, in either order."""
    encodings, predictions = _sorted(outputs, len(beside), model)
    logits = predictions[:, model.labels.offset :]
    chances = np.asarray(1 / (1 + np.exp(-logits)), np.float32)
    boxes = np.clip(decoded(encodings, beside, layers), 0, 1)
    found = [_of_class(number, chances[:, number], boxes) for number in range(chances.shape[1])]
    classes, scores, places = (np.concatenate(one) for one in zip(*found))
    best = np.argsort(-scores, kind="stable")[:_MOST]
    return Found(classes=classes[best], scores=scores[best], boxes=places[best])


def _sorted(outputs: list[Numbers], count: int, model: Model) -> tuple[Numbers, Numbers]:
    tables = [one.reshape(count, -1) for one in outputs if one.size and one.size % count == 0]
    encodings = [one for one in tables if one.shape[1] == 4]  # sides of a box
    others = [one for one in tables if one.shape[1] != 4]  # as above
    if len(encodings) != 1 or len(others) != 1:
        shapes = ", ".join(str(one.shape) for one in outputs)
        raise Failure(
            f"model {model.name} answers {shapes}: no boxes and classes beside {count} anchors",
            "correct 'anchors' in its model.json",
        )
    return encodings[0], others[0]


def _of_class(number: int, chances: Numbers, boxes: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    likely = np.flatnonzero(chances >= _LEAST_SCORE)
    kept = likely[without_duplicates(boxes[likely], chances[likely], _OVERLAP, _MOST)]
    return np.full(len(kept), number, np.float32), chances[kept], boxes[kept]

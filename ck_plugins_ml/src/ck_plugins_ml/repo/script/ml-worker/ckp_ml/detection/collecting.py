"""Predictions of boxes, in the original image's pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ckp_ml.detection.kinds import Decode, Found, decoder
from ckp_ml.failure import Failure
from ckp_ml.images import Images
from ckp_ml.model import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

TASK = "object-detection"
KINDS = ("ssd-raw", "ssd-postprocessed")


@dataclass
class Detection:
    """Collects the answers of the queries."""

    model: Model
    found: list[Found] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._decode: Decode = decoder(self.model)

    def take(self, count: int, outputs: list[NDArray[np.float32]]) -> None:
        """Raises Failure where the outputs are none of a detector's."""
        for number in range(count):
            one = self._decode([values[number] for values in outputs])
            if not (np.isfinite(one.scores).all() and np.isfinite(one.boxes).all()):
                raise Failure(
                    f"model {self.model.name} answers what is no number",
                    "its precision may be too low for it: take fp32",
                )
            self._check_classes(one)
            self.found.append(one)

    def _check_classes(self, one: Found) -> None:
        known = self.model.labels.classes
        strange = one.classes[(one.classes < 0) | (one.classes >= (known or np.inf))]
        if strange.size:
            raise Failure(
                f"model {self.model.name} finds things of class {int(strange[0])}, its model.json "
                f"says {known} classes from place {self.model.labels.offset} on",
                "correct 'labels' in its model.json",
            )

    def predictions(self, images: Images) -> dict[str, Any]:
        """``boxes`` of each image: class, score, left, top, right, bottom in its own pixels."""
        rows = [_rows(one, images, number) for number, one in enumerate(self.found)]
        return {
            "schema": 1,
            "task": TASK,
            "classes": self.model.labels.classes,
            "names": list(self.model.labels.names),
            "ids": list(images.ids),
            "boxes": rows,
        }


def _rows(found: Found, images: Images, number: int) -> list[list[float]]:
    boxes = _in_original(found.boxes, images, number)
    table = np.column_stack([found.classes, found.scores, boxes]).astype(np.float64)
    return [[int(row[0]), round(float(row[1]), 5), *row[2:].round(2).tolist()] for row in table]


def _in_original(boxes: NDArray[np.float32], images: Images, number: int) -> NDArray[np.float32]:
    """Left, top, right, bottom; the original lies somewhere in the prepared image."""
    height, width, _ = images.shape
    left, top, wide, high = images.placed[number]
    across, down = images.sizes[number]
    rows = (boxes[:, [0, 2]] * height - top) / high * down
    columns = (boxes[:, [1, 3]] * width - left) / wide * across
    rows, columns = np.clip(rows, 0, down), np.clip(columns, 0, across)
    return np.stack([columns[:, 0], rows[:, 0], columns[:, 1], rows[:, 1]], axis=1)

"""Predictions of classes: the best five of each image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ckp_ml.failure import Failure
from ckp_ml.images import Images
from ckp_ml.model import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

TASK = "image-classification"
KINDS = ("logits", "probabilities")
_SHOWN = 5


@dataclass
class Classification:
    """Collects the answers of the queries."""

    model: Model
    classes: int = 0
    top: list[list[int]] = field(default_factory=list)
    scores: list[list[float]] = field(default_factory=list)

    def take(self, count: int, outputs: list[NDArray[np.float32]]) -> None:
        """Raises Failure where the outputs are none of the vocabulary's."""
        values = self._of_vocabulary(outputs[0])[:count]
        if not np.isfinite(values).all():
            raise Failure(
                f"model {self.model.name} answers what is no number",
                "its precision may be too low for it: take fp32",
            )
        chances = softmax(values) if self.model.output_kind == "logits" else values
        order = best(values, _SHOWN)  # chances of far lower ones are equal, 0
        self.top += order.tolist()
        chosen = np.take_along_axis(chances, order, axis=1).astype(np.float64)
        self.scores += np.round(chosen, 7).tolist()

    def predictions(self, images: Images) -> dict[str, Any]:
        return {
            "schema": 1,
            "task": TASK,
            "classes": self.classes,
            "ids": list(images.ids),
            "labels": list(images.labels),
            "top": self.top,
            "scores": self.scores,
        }

    def _of_vocabulary(self, output: NDArray[np.float32]) -> NDArray[np.float32]:
        labels = self.model.labels
        values = output.reshape(len(output), -1)
        self.classes = values.shape[1] - labels.offset
        if self.classes < 1 or (labels.classes and labels.classes != self.classes):
            raise Failure(
                f"model {self.model.name} answers {values.shape[1]} numbers an image, its "
                f"model.json says {labels.classes} classes from place {labels.offset} on",
                "correct 'labels' in its model.json",
            )
        return values[:, labels.offset :]


def softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def best(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Places of the largest, the largest first; of equals, as quantised outputs have, the first."""
    return np.argsort(-values, axis=1, kind="stable")[:, :count]

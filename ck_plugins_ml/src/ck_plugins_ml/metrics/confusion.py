"""Which classes are taken for which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ck_plugins_ml.metrics.documents import Predictions


@dataclass(frozen=True, kw_only=True)
class ClassResult:
    """One class.

    Attributes:
        images: those that the label says to be of it.
        predicted: those with a label that the model takes for it.
        right: those that are both.
    """

    number: int
    images: int
    predicted: int
    right: int

    @property
    def mistakes(self) -> int:
        """Images of it taken for others, and others taken for it."""
        return self.images + self.predicted - 2 * self.right


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Of the images with a label.

    Attributes:
        counts: by label and best class; what never happened is left out.
    """

    counts: Mapping[tuple[int, int], int]
    labelled: int
    unlabelled: int

    @property
    def classes(self) -> list[ClassResult]:
        """Those that any image is of or is taken for, in order."""
        images, predicted = Counter[int](), Counter[int]()
        for (label, taken), count in self.counts.items():
            images[label] += count
            predicted[taken] += count
        return [
            ClassResult(
                number=one,
                images=images[one],
                predicted=predicted[one],
                right=self.counts.get((one, one), 0),
            )
            for one in sorted(images.keys() | predicted.keys())
        ]


def confusion(predictions: Predictions) -> Confusion:
    """Complexity: O(images), however many classes there are."""
    pairs = zip(predictions.labels, predictions.top, strict=True)
    counts = Counter((label, top[0]) for label, top in pairs if label is not None)
    labelled = sum(counts.values())
    return Confusion(
        counts=counts, labelled=labelled, unlabelled=len(predictions.labels) - labelled
    )

"""How many images get the class that their label says."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from ck_core.domain.metric import Metric
from ck_plugins_ml.metrics.documents import SHOWN, Predictions

_Z = NormalDist().inv_cdf(0.975)


def accuracy_metrics(predictions: Predictions) -> dict[str, Metric]:
    """``accuracy_top1`` and ``accuracy_top5``, of the images that have a label."""
    pairs = zip(predictions.labels, predictions.top, strict=True)
    ranks = [_rank(label, top) for label, top in pairs if label is not None]
    if not ranks:
        return no_accuracy(f"none of {len(predictions.labels)} images has a label")
    counts = {count: sum(rank < count for rank in ranks) for count in (1, SHOWN)}
    found = [
        _accuracy(f"accuracy_top{count}", right, len(ranks), len(predictions.labels))
        for count, right in counts.items()
    ]
    if predictions.classes <= SHOWN:
        why = f"of {predictions.classes} classes every one is among the first {SHOWN}"
        found[-1] = Metric(name=found[-1].name, value=None, detail=why)
    return {one.name: one for one in found}


def no_accuracy(why: str) -> dict[str, Metric]:
    """Both are left out."""
    names = ("accuracy_top1", f"accuracy_top{SHOWN}")
    return {name: Metric(name=name, value=None, detail=why) for name in names}


def wilson(right: int, count: int) -> tuple[float, float]:
    """The score interval of a proportion that holds the true one with about 95 %.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
    Journal of the American Statistical Association 22 (1927), 209-212.

    Args:
        count: at least 1.
    """
    share, square = right / count, _Z * _Z / count
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / count + square / (4 * count)) / (1 + square)
    low = 0.0 if right == 0 else min(share, middle - half)  # exact, though floats are not
    high = 1.0 if right == count else max(share, middle + half)
    return low, high


def _rank(label: int, top: list[int]) -> int:
    """From 0; SHOWN where it is not among the best."""
    return top.index(label) if label in top else SHOWN


def _accuracy(name: str, right: int, labelled: int, images: int) -> Metric:
    unlabelled = f"; {images - labelled} have no label" if labelled < images else ""
    low, high = wilson(right, labelled)
    detail = f"{right} of {labelled} images{unlabelled}"
    return Metric(name=name, value=right / labelled, low=low, high=high, detail=detail)

"""How many images get the class that their label says."""

from __future__ import annotations

from ck_core.analysis.proportions import wilson
from ck_core.domain.metric import Metric
from ck_plugins_ml.metrics.documents import SHOWN, Predictions


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


def _rank(label: int, top: list[int]) -> int:
    """From 0; SHOWN where it is not among the best."""
    return top.index(label) if label in top else SHOWN


def _accuracy(name: str, right: int, labelled: int, images: int) -> Metric:
    unlabelled = f"; {images - labelled} have no label" if labelled < images else ""
    low, high = wilson(right, labelled)
    detail = f"{right} of {labelled} images{unlabelled}"
    return Metric(name=name, value=right / labelled, low=low, high=high, detail=detail)

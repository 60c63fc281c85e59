"""Metrics of several repetitions as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ck_core.analysis.metrics import metric_of
from ck_core.domain.metric import Metric

_OF_IMAGES = ("accuracy_", "map_")


def combined(repetitions: Sequence[Mapping[str, Metric]]) -> dict[str, Metric]:
    """Those that all have; of a single repetition as they are."""
    if len(repetitions) < 2:
        return dict(*repetitions)
    common = set.intersection(*map(set, repetitions))
    return {
        name: _of_several([one[name] for one in repetitions])
        for name in repetitions[0]
        if name in common
    }


def _of_several(metrics: Sequence[Metric]) -> Metric:
    """The median of the values with its interval.

    What the images alone decide mostly agrees to the last digit, from which nothing follows for
    other images: accuracies keep the interval that their images give, other ones have none.
    """
    first = metrics[0]
    if any(isinstance(one.value, bool) for one in metrics):
        return _verdict(metrics)
    found = metric_of(first.name, (one.value for one in metrics), detail=first.detail)
    if not first.name.startswith(_OF_IMAGES):
        return found
    lows = [one.low for one in metrics if one.low is not None]
    highs = [one.high for one in metrics if one.high is not None]
    return replace(found, low=min(lows, default=None), high=max(highs, default=None))


def _verdict(metrics: Sequence[Metric]) -> Metric:
    """All must be good; why they are not, each reason once."""
    good = [one.value is True for one in metrics]
    bad = [one.detail for one, is_good in zip(metrics, good, strict=True) if not is_good]
    detail = "; ".join(dict.fromkeys(filter(None, bad))) or metrics[0].detail
    return Metric(name=metrics[0].name, value=all(good), detail=detail)

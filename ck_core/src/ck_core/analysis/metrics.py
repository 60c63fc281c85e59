"""Values of repetitions as one metric."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from ck_core.analysis.intervals import median_interval
from ck_core.domain.metric import Metric


def metric_of(
    name: str, values: Iterable[float | None], *, detail: str = "", emulator: str = ""
) -> Metric:
    """The median of the values and its interval; one value has no interval, and none no value.

    None and what is no finite number were no measurements: NaN has no place in an order, so that
    one among the values would move the median anywhere. Complexity: O(n log n).
    """
    finite = [one for one in values if one is not None and isfinite(one)]
    if not finite:
        return Metric(name=name, value=None, detail=detail, emulator=emulator)
    found = median_interval(finite)
    low, high = (None, None) if found.count == 1 else (found.low, found.high)
    return Metric(
        name=name, value=found.median, low=low, high=high, detail=detail, emulator=emulator
    )

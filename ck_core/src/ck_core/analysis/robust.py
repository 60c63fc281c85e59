"""How far values lie from their median, in deviations that outliers cannot stretch."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

_NORMAL = 1.4826
_NORMAL_MEAN = 1.2533


def deviation(values: Sequence[float]) -> float:
    """1.4826 times the median absolute deviation: a normal distribution's sigma.

    Source: F. R. Hampel, The Influence Curve and its Role in Robust Estimation, 1974. Where
    more than half of the values are equal, 1.2533 times the mean absolute deviation instead
    (B. Iglewicz, D. Hoaglin, How to Detect and Handle Outliers, 1993). Complexity: O(n log n).
    """
    middle = median(values)
    distances = [abs(value - middle) for value in values]
    return _NORMAL * median(distances) or _NORMAL_MEAN * fmean(distances)


def scores(values: Sequence[float]) -> list[float]:
    """Signed distances from the median, in deviations of the value's own side.

    Each side has its own median absolute deviation, since times are skewed to the right
    ("double MAD", P. Rosenmai 2013; the aim of Hubert and Vandervieren's adjusted boxplot,
    2008); but none below the common one, which few values on a side would make too small.
    Complexity: O(n log n).
    """
    if not values:
        return []
    middle = median(values)
    common = deviation(values)
    if common == 0:
        return [0.0] * len(values)
    above = max(common, _NORMAL * _side([one - middle for one in values]))
    below = max(common, _NORMAL * _side([middle - one for one in values]))
    return [(one - middle) / (above if one > middle else below) for one in values]


def _side(distances: Sequence[float]) -> float:
    return median([one for one in distances if one >= 0])

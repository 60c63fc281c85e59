"""Values measured one after the other that follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from statistics import fmean

_FEWEST = 8
_ONE_SIDED_95 = 1.645
_MOST = 0.98


def ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1 on, in the order of the values; equal values share their mean rank.

    Complexity: O(n log n).
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + 1 + end) / 2
        start = end
    return found


def serial_correlation(values: Sequence[float]) -> float:
    """How much each value follows the one before: 0 (not, or not shown) to 0.98.

    The correlation of neighbours' ranks, corrected for its bias in short series (Marriott and
    Pope 1954: the expectation is r - (1 + 3 r) / n); zero unless a one-sided test at 5 % finds
    it, and below eight values. Complexity: O(n log n).
    """
    count = len(values)
    if count < _FEWEST:
        return 0.0
    centred = [rank - (count + 1) / 2 for rank in ranks(values)]
    size = fmean(one * one for one in centred)
    if size == 0:
        return 0.0
    found = sum(one * two for one, two in pairwise(centred)) / count / size
    if found <= _ONE_SIDED_95 / sqrt(count) - 1 / count:
        return 0.0
    return max(0.0, min(_MOST, (count * found + 1) / (count - 3)))


def widening(correlation: float) -> float:
    """By how much the deviation of a mean of such values exceeds that of independent ones.

    Source: first-order autoregression, variance times (1 + r) / (1 - r); for rank sums,
    R. J. Serfling, The Wilcoxon Two-Sample Statistic on Strongly Mixing Processes, 1968.
    """
    return sqrt((1 + correlation) / (1 - correlation))

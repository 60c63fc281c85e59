"""What a series of repetitions looks like as a whole: a trend, or two levels."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, sqrt
from statistics import NormalDist, median

FEWEST = 10
_RARE = 0.01
_NOTABLE = 0.005
_SMALLEST_SHARE = 0.1
_APART = 5.0
_FEW_VALUES = 8
_NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A trend in time.

    Attributes:
        change: median of the last third over that of the first, minus 1.
        tau: Kendall's rank correlation of value and time.
        p_value: of so strong a trend where there is none.
    """

    change: float
    tau: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Two levels: their medians, how many values the upper one has, and how far apart.

    ``distance`` is Ashman's D: above 2 two normal distributions show two peaks.
    """

    lower: float
    upper: float
    in_upper: int
    count: int
    distance: float


def find_drift(values: Sequence[float]) -> Drift | None:
    """The trend, where the Mann-Kendall test finds one at 1 % that exceeds 0.5 %.

    Source: H. B. Mann, Nonparametric Tests against Trend, 1945; M. G. Kendall, Rank
    Correlation Methods, 1975 (variance with ties). Ten values at the least, all positive.
    Complexity: O(n log n) comparisons.
    """
    count = len(values)
    if count < FEWEST or min(values) <= 0:
        return None
    score = _kendall(values)
    ties = sum(n * (n - 1) * (2 * n + 5) for n in Counter(values).values())
    variance = (count * (count - 1) * (2 * count + 5) - ties) / 18
    if variance <= 0 or score == 0:
        return None
    p_value = 2 * _NORMAL.cdf((1 - abs(score)) / sqrt(variance))
    third = count // 3
    change = median(values[-third:]) / median(values[:third]) - 1
    if p_value > _RARE or abs(change) < _NOTABLE:
        return None
    return Drift(change=change, tau=2 * score / count / (count - 1), p_value=p_value)


def _kendall(values: Sequence[float]) -> int:
    """Pairs that rise less pairs that fall."""
    seen: list[float] = []
    score = 0
    for value in values:
        score += bisect_left(seen, value) - (len(seen) - bisect_right(seen, value))
        insort(seen, value)
    return score


def find_levels(values: Sequence[float]) -> Levels | None:
    """Two levels, where the best split in two leaves them clearly apart.

    The split with the least squares inside both parts (N. Otsu, A Threshold Selection Method
    from Gray-Level Histograms, 1979), at least a tenth and three of the values in each, and
    Ashman's D (K. M. Ashman and others, Detecting Bimodality, 1994) of at least 5 (1 + 8 / n):
    one normal distribution cut in halves has 2.7, a uniform one 3.5, and few values more.
    Complexity: O(n log n).
    """
    ordered = sorted(values)
    count = len(ordered)
    fewest = max(3, round(_SMALLEST_SHARE * count))
    if count < FEWEST or ordered[0] == ordered[-1]:
        return None
    centred = [one - ordered[count // 2] for one in ordered]  # squares of differences, not of times
    sums = (0.0, *accumulate(centred))
    squares = (0.0, *accumulate(one * one for one in centred))

    def inside(start: int, end: int) -> float:
        total = sums[end] - sums[start]
        return max(0.0, squares[end] - squares[start] - total * total / (end - start))

    cut = min(range(fewest, count - fewest + 1), key=lambda k: inside(0, k) + inside(k, count))
    variances = inside(0, cut) / cut + inside(cut, count) / (count - cut)
    gap = (sums[count] - sums[cut]) / (count - cut) - sums[cut] / cut
    distance = sqrt(2 / variances) * gap if variances > 0 else inf
    if distance < _APART * (1 + _FEW_VALUES / count):
        return None
    return Levels(
        lower=median(ordered[:cut]),
        upper=median(ordered[cut:]),
        in_upper=count - cut,
        count=count,
        distance=distance,
    )

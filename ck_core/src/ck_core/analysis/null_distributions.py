"""Distributions of rank statistics where two things do not differ, for `comparison`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from math import ceil, comb, floor, sqrt
from statistics import NormalDist

EXACT_PAIRS = 60
EXACT_PRODUCT = 2500
"""Above these, of values in both samples multiplied, the normal approximation serves."""
_NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True)
class NullDistribution:
    """A symmetric statistic over 0, 1, ..., ``largest``.

    Attributes:
        cumulative: P(W <= w) for each w where it is known exactly; else empty.
    """

    largest: int
    deviation: float
    cumulative: tuple[float, ...] = ()

    def at_most(self, value: float) -> float:
        """P(W <= value); the normal approximation has a continuity correction."""
        if value < 0:
            return 0.0
        if self.cumulative:
            return self.cumulative[min(floor(value), self.largest)]
        if self.deviation == 0:
            return 1.0
        return _NORMAL.cdf((floor(value) + 0.5 - self.largest / 2) / self.deviation)

    def cut(self, tail: float) -> int:
        """The largest w with P(W <= w) <= tail; -1 where there is none.

        Complexity: O(log largest).
        """
        low, high = -1, self.largest
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.at_most(middle) <= tail else (low, middle - 1)
        return low

    def middle_probability(self, value: float) -> float:
        """P(W < value) + P(W = value) / 2: evenly spread where nothing differs (Lancaster)."""
        return (self.at_most(value) + self.at_most(ceil(value) - 1)) / 2

    def widened(self, factor: float) -> NullDistribution:
        """The same with ``factor`` times the deviation, as values that follow each other need."""
        return replace(self, deviation=self.deviation * factor, cumulative=())


@lru_cache(maxsize=256)
def signed_rank(count: int) -> NullDistribution:
    """Wilcoxon's signed-rank statistic of ``count`` differences without ties.

    Source: F. Wilcoxon, Individual Comparisons by Ranking Methods, 1945; exact up to 60
    differences by adding one rank after the other. Complexity: O(count ** 3), kept.
    """
    largest = count * (count + 1) // 2
    deviation = sqrt(count * (count + 1) * (2 * count + 1) / 24)
    if count > EXACT_PAIRS:
        return NullDistribution(largest=largest, deviation=deviation)
    ways = [1] + [0] * largest
    for rank in range(1, count + 1):
        for total in range(largest, rank - 1, -1):
            ways[total] += ways[total - rank]
    return _exact(ways, 1 << count, deviation)


@lru_cache(maxsize=256)
def rank_sum(first: int, second: int) -> NullDistribution:
    """Mann and Whitney's U of two samples without ties.

    Source: H. B. Mann, D. R. Whitney, On a Test of Whether one of Two Random Variables is
    Stochastically Larger than the Other, 1947. Exact where first * second <= 2500, from the
    Gaussian binomial coefficient. Complexity: O(min(first, second) * first * second), kept.
    """
    few, many = sorted((first, second))
    largest = few * many
    deviation = sqrt(largest * (few + many + 1) / 12)
    if largest > EXACT_PRODUCT:
        return NullDistribution(largest=largest, deviation=deviation)
    ways = [1] + [0] * largest
    for power in range(1, few + 1):
        for total in range(largest, many + power - 1, -1):  # times 1 - q ** (many + power)
            ways[total] -= ways[total - many - power]
        for total in range(power, largest + 1):  # divided by 1 - q ** power
            ways[total] += ways[total - power]
    return _exact(ways, comb(few + many, few), deviation)


def _exact(ways: list[int], all_ways: int, deviation: float) -> NullDistribution:
    cumulative = tuple(total / all_ways for total in accumulate(ways))
    return NullDistribution(largest=len(ways) - 1, deviation=deviation, cumulative=cumulative)

"""Medians and what is known about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, isfinite, sqrt
from statistics import NormalDist, median

CONFIDENCE = 0.95
_EXACT = 1000


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A median and an interval that holds the true one with probability ``coverage``."""

    median: float
    low: float
    high: float
    coverage: float
    count: int


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The exact, distribution-free interval of the median from order statistics.

    Source: J.-Y. Le Boudec, Performance Evaluation of Computer and Communication
    Systems, theorem 2.1. The narrowest symmetric pair of order statistics whose
    coverage reaches ``confidence``; below six values none reaches 95 %, so the interval is
    the range and ``coverage`` says how much that is worth. Complexity: O(n log n), and O(n)
    once for each n.

    Raises:
        ValueError: no values.
    """
    ordered = sorted(values)
    cut, coverage = _cut(len(ordered), confidence)
    return Interval(
        median=_middle(ordered),
        low=ordered[cut],
        high=ordered[-1 - cut],
        coverage=coverage,
        count=len(ordered),
    )


def _middle(ordered: Sequence[float]) -> float:
    """Whose sum of the two in the middle overflows is not infinite."""
    found = median(ordered)
    if isfinite(found):
        return found
    half = len(ordered) // 2
    return ordered[half - 1] / 2 + ordered[half] / 2


@lru_cache(maxsize=256)
def _cut(count: int, confidence: float) -> tuple[int, float]:
    """How many values to leave out at both ends, and the probability that this leaves."""
    if count > _EXACT:
        return _approximate_cut(count, confidence)
    ways, below = 1, 1  # of k values below the median: comb(count, k), and all up to k
    cut, outside = 0, 2 * below / 2**count
    for k in range(1, count // 2):
        ways = ways * (count - k + 1) // k
        below += ways
        if 1 - 2 * below / 2**count < confidence:
            break
        cut, outside = k, 2 * below / 2**count
    return cut, max(0.0, 1 - outside)


def _approximate_cut(count: int, confidence: float) -> tuple[int, float]:
    """By the normal approximation of the binomial distribution; exact counts get too long."""
    normal = NormalDist(count / 2, sqrt(count) / 2)
    cut = floor(normal.inv_cdf((1 - confidence) / 2) - 0.5)
    return cut, 1 - 2 * normal.cdf(cut + 0.5)

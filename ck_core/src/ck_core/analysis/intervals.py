"""Medians and what is known about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A median and an interval that holds the true one with probability ``coverage``."""

    median: float
    low: float
    high: float
    coverage: float
    count: int


def median_interval(values: Sequence[float]) -> Interval:
    """The exact, distribution-free interval of the median from order statistics.

    Source: J.-Y. Le Boudec, Performance Evaluation of Computer and Communication
    Systems, theorem 2.1. The narrowest symmetric pair of order statistics whose
    coverage reaches 95 %; below six values none does, so the interval is the range and
    ``coverage`` says how much that is worth.

    Raises:
        ValueError: no values.
    """
    ordered = sorted(values)
    count = len(ordered)
    cut = max((k for k in range(count // 2) if _coverage(count, k) >= CONFIDENCE), default=0)
    return Interval(
        median=median(ordered),
        low=ordered[cut],
        high=ordered[-1 - cut],
        coverage=_coverage(count, cut),
        count=count,
    )


def _coverage(count: int, cut: int) -> float:
    """Probability that the median lies between the values at ``cut`` from both ends."""
    outside: float = 2 * sum(comb(count, k) for k in range(cut + 1)) / 2**count
    return max(0.0, 1 - outside)

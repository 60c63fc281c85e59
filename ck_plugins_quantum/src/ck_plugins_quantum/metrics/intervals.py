"""95 % intervals of what shots are counted for."""

from __future__ import annotations

from dataclasses import dataclass

from ck_core.analysis import proportions


@dataclass(frozen=True, kw_only=True)
class Estimate:
    value: float
    low: float
    high: float


def wilson(hits: int, count: int) -> Estimate:
    """A share with its interval; ``count`` is at least 1."""
    low, high = proportions.wilson(hits, count)
    return Estimate(value=hits / count, low=low, high=high)

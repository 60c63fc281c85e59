"""Shares of a count, and how well it tells them."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
"""So many standard errors on either side hold 95 %."""


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The score interval of a proportion that holds the true one with about 95 %.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
    Journal of the American Statistical Association 22 (1927), 209-212.

    Args:
        count: at least 1.
    """
    share, square = hits / count, Z * Z / count
    middle = (share + square / 2) / (1 + square)
    half = Z * sqrt(share * (1 - share) / count + square / (4 * count)) / (1 + square)
    low = 0.0 if hits == 0 else min(share, middle - half)  # exact, though floats are not
    high = 1.0 if hits == count else max(share, middle + half)
    return low, high

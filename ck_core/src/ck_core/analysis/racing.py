"""Whether a candidate is worth another repetition."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

_AT_ONCE = 1.5
_SOON = 1.1
_FEWEST = 3


def is_hopeless(values: Sequence[float], best: Sequence[float]) -> bool:
    """Whether more repetitions would hardly make it the best; smaller is better.

    In the manner of Hoeffding races (O. Maron, A. Moore, 1993), with few values and noise of
    unknown shape: half as long again at the first attempt; a tenth longer at the fastest of two;
    from three on, a fastest one that is behind the median of the best so far.
    """
    if not values or not best:
        return False
    fastest, limit = min(values), median(best)
    if len(values) >= _FEWEST:
        return fastest > limit
    return fastest > limit * (_AT_ONCE if len(values) == 1 else _SOON)

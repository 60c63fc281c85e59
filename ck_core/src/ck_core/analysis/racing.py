"""Whether a candidate is worth another run, and how good few of them are."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

_AT_ONCE = 2.0
_SOON = 1.1
_FEWEST = 3
_WON = 0.8


def is_hopeless(ratios: Sequence[float]) -> bool:
    """Whether more runs would hardly make it better than the best so far.

    In the manner of Hoeffding races (O. Maron, A. Moore, 1993), with few values and noise of
    unknown shape: twice as long at the first attempt; a tenth longer in both of two; from
    three on, longer in each.

    Args:
        ratios: of each of its runs to one of the best right before or after it.
    """
    if len(ratios) >= _FEWEST:
        return min(ratios) > 1
    return bool(ratios) and min(ratios) > (_AT_ONCE if len(ratios) == 1 else _SOON)


def wants_another(ratios: Sequence[float], count: int) -> bool:
    """Up to ``count`` where it is not hopeless, up to twice as many where it may be the new best.

    So SMAC runs a challenger as often as the incumbent: F. Hutter and others, Sequential
    Model-Based Optimization for General Algorithm Configuration, LION 5, 2011.
    """
    if is_hopeless(ratios):
        return False
    return len(ratios) < count or (len(ratios) < 2 * count and median(ratios) < 1)


def is_won(ratios: Sequence[float], count: int) -> bool:
    """Whether it is the new best: faster in four of five pairs of all that it may have.

    A sign test: of ten pairs of equals that is chance in one of 18. More certainty would leave
    out what is better by less than the noise, whereas what is won by chance is hardly worse.
    """
    faster = sum(one < 1 for one in ratios)
    return len(ratios) >= 2 * count and faster >= _WON * len(ratios)


def fast_value(values: Sequence[float]) -> float:
    """The lower quartile, by linear interpolation: the second smallest of five.

    For times that nothing was run beside. Noise mostly makes runs longer, so low values differ
    less from search to search than medians do (J. Chen, J. Revels, Robust benchmarking in noisy
    environments, 2016); the lowest of all is the luckiest.
    """
    return values[0] if len(values) == 1 else quantiles(values, n=4, method="inclusive")[0]

"""Whether a candidate is worth another run, and how good few of them are."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from statistics import median, quantiles

from ck_core.analysis.comparison import compare

_AT_ONCE = 2.0
_SOON = 1.1
_FEWEST = 3
_WON = 0.68


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


def is_won(values: Sequence[float], best: Sequence[float], count: int) -> bool:
    """Whether it is the new best: what 68 % of all pairs of both say, of all runs it may have.

    Mann and Whitney's test: for ten runs each of equals that is chance in one of ten. It sees a
    tenth's difference up to twice as often as counting who was faster in each pair in turn, since
    most noise comes and goes within a run or two. More certainty would leave out what is better by
    less than the noise, whereas what is won by chance is hardly worse.
    """
    return len(values) >= 2 * count and compare(values, best).share >= _WON


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """How many times longer it takes than the others do: the median over all pairs of both.

    Hodges and Lehmann's estimate. All values are above 0.
    """
    effect = compare(others, values).effect
    return effect.estimate if effect else nan


def fast_value(values: Sequence[float]) -> float:
    """The lower quartile, by linear interpolation: the second smallest of five.

    For times that nothing was run beside. Noise mostly makes runs longer, so low values differ
    less from search to search than medians do (J. Chen, J. Revels, Robust benchmarking in noisy
    environments, 2016); the lowest of all is the luckiest.
    """
    return values[0] if len(values) == 1 else quantiles(values, n=4, method="inclusive")[0]

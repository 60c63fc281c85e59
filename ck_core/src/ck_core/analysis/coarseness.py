"""Clocks that tick too slowly for what they measure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

_FEWEST = 6
_NOTABLE = 0.005


def coarse(values: Sequence[float]) -> str:
    """What a series of times shows of its clock, as a sentence; empty where nothing is amiss.

    A clock that told one value, or 0 in most repetitions, or some values again and again, more than
    0.5 % of the median apart. Complexity: O(n log n).
    """
    if len(values) < 2:
        return ""
    levels = sorted(set(values))
    if len(levels) == 1:
        return f"all {len(values)} repetitions have {_seconds(levels[0])}{_REMEDY}"
    middle = median(values)
    if middle == 0:
        zeros = sum(one == 0 for one in values)
        return f"{zeros} of {len(values)} repetitions have {_seconds(0.0)}{_REMEDY}"
    step = min(after - before for before, after in pairwise(levels))
    if len(values) < _FEWEST or 2 * len(levels) > len(values) or step < _NOTABLE * abs(middle):
        return ""
    return f"its clock ticks in steps of {_seconds(step)}, {step / abs(middle):.2g} of the median"


_REMEDY = (
    ": its clock is too coarse for runs as short as these, and no precision can be told; "
    "let a run do more (CT_REPEAT_MAIN, a larger dataset), or go by --metric wall_s"
)


def _seconds(value: float) -> str:
    return f"{value:.4g} s"

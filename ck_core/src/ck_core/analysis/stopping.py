"""When enough repetitions are enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil, floor

from ck_core.analysis.intervals import CONFIDENCE, Interval, median_interval

FIRST_LOOK = 10
GROWTH = 1.4
_LOOK_SHARE = 0.6
"""Of the error rate, at each look: what the simulation in tests/analysis needs to keep it."""


class Stop(str, Enum):
    """Why no further repetition is run."""

    PRECISE = "precise"
    TIME = "time"
    COUNT = "count"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Repetitions until the median is known well enough.

    Attributes:
        precision: both ends of its interval lie within this share of the median.
        confidence: that the interval holds the true median, though looked at repeatedly.
        max_time_s: no repetition is started that would, by their mean so far, end later.
        max_repetitions: at most so many.
    """

    precision: float = 0.01
    confidence: float = CONFIDENCE
    max_time_s: float = 60.0
    max_repetitions: int = 10_000


@dataclass(frozen=True, kw_only=True)
class Step:
    """What to do next.

    Attributes:
        stop: None: go on.
        more: repetitions to run before asking again; 0 when stopped.
        interval: None before the first value.
        precise: whether the interval is as narrow as wished.
    """

    stop: Stop | None
    more: int
    interval: Interval | None
    precise: bool


def next_step(values: Sequence[float], rule: Rule, *, spent_s: float) -> Step:
    """Stop, or run so many more: a sequential rule with few, ever rarer looks.

    Who looks after each repetition stops too often at an interval that is narrow by accident
    (optional stopping; F. J. Anscombe, Sequential Estimation, 1953): 95 % intervals then hold
    the true median 92 times of 100. Here the interval is judged at 10, 14, 20, 28, ...
    values only, and at each of these looks at a higher confidence (97 % for 95 %). Measured
    coverage: docs/statistics.md. A width that is a share of the median is the proportional
    closeness of A. Nadas, 1969; fixed-width intervals are from Y. S. Chow, H. Robbins, 1965.

    Complexity: O(n log n).

    Args:
        values: all repetitions so far, in any order; finite.
        spent_s: time that they and their surroundings took.
    """
    if not values:
        return Step(stop=None, more=1, interval=None, precise=False)
    interval = median_interval(values, 1 - (1 - rule.confidence) * _LOOK_SHARE)
    precise = interval.coverage >= rule.confidence and _width(interval) <= _limit(interval, rule)
    more = _affordable(len(values), rule, spent_s)
    stop = _stop(len(values), precise=precise, more=more, rule=rule)
    return Step(stop=stop, more=0 if stop else more, interval=interval, precise=precise)


def next_look(count: int) -> int:
    """The least number of values above ``count`` at which the interval is judged."""
    look = FIRST_LOOK
    while look <= count:
        look = ceil(look * GROWTH)
    return look


def _stop(count: int, *, precise: bool, more: int, rule: Rule) -> Stop | None:
    if precise and count == next_look(count - 1):
        return Stop.PRECISE
    if count >= rule.max_repetitions:
        return Stop.COUNT
    return None if more else Stop.TIME


def _affordable(count: int, rule: Rule, spent_s: float) -> int:
    wished = min(next_look(count), rule.max_repetitions) - count
    left_s = rule.max_time_s - spent_s
    if spent_s * wished <= left_s * count:
        return wished if left_s > 0 else 0
    return max(0, floor(left_s * count / spent_s))


def _width(interval: Interval) -> float:
    return max(interval.high - interval.median, interval.median - interval.low)


def _limit(interval: Interval, rule: Rule) -> float:
    return rule.precision * abs(interval.median)

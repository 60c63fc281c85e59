"""Time to solution, as CK's quantum hackathons count it."""

from __future__ import annotations

from math import inf, log

from ck_plugins_quantum.metrics.intervals import Estimate


def repetitions(success: float, wanted: float) -> float:
    """How many tries it takes to succeed once with probability ``wanted``; never less than one.

    ``log(1 - wanted) / log(1 - success)``. Source: T. F. Ronnow and others, Defining and detecting
    quantum speedup, Science 345 (2014), 420-424; CK's hackathons use the same.

    Args:
        success: chance of one try; infinite where it is 0.
    """
    if success <= 0:
        return inf
    if success >= wanted:
        return 1.0
    return log(1 - wanted) / log(1 - success)


def to_solution(each: float, success: Estimate, wanted: float) -> Estimate:
    """What each try takes, times so many; the interval is that of the chance of success."""
    return Estimate(
        value=each * repetitions(success.value, wanted),
        low=each * repetitions(success.high, wanted),
        high=each * repetitions(success.low, wanted),
    )

"""How many repetitions would decide what is undecided."""

from __future__ import annotations

from math import ceil, expm1, isfinite, log

from ck_core.analysis.comparison import Comparison, Effect, Scale, Verdict

_MOST = 1_000_000


def repetitions_to_decide(compared: Comparison, count: int) -> int | None:
    """Of each side, if the difference is the estimated one; None where that is out of sight.

    The width of the interval shrinks with the square root of the number of values; it must
    become narrower than the estimate is far from "no difference". The estimate being noise
    itself, this is an order of magnitude and no promise.
    """
    effect = compared.effect
    if compared.verdict is not Verdict.UNDECIDED or effect is None or not count:
        return None
    width, distance = _half_width(effect), abs(_position(effect, effect.estimate))
    if not distance or not isfinite(width / distance):
        return None
    needed = ceil(count * (width / distance) ** 2)
    needed = max(needed, compared.needed, count + 1)
    return needed if needed <= _MOST else None


def smallest_difference(effect: Effect) -> float:
    """How far from "no difference" the interval reaches: larger ones are ruled out.

    For a ratio the share by which the larger may exceed the smaller, 1 for twice as much; else
    in the values' unit.
    """
    furthest = max(abs(_position(effect, end)) for end in (effect.low, effect.high))
    return expm1(furthest) if effect.scale is Scale.RATIO else furthest


def _half_width(effect: Effect) -> float:
    return (_position(effect, effect.high) - _position(effect, effect.low)) / 2


def _position(effect: Effect, value: float) -> float:
    return log(value) if effect.scale is Scale.RATIO else value

"""How long a session may still take, as far as that is known."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.analysis.stopping import Rule
from ck_core.experiments.measuring.series import Series
from ck_core.experiments.measuring.variants import Variant

_MINUTE, _HOUR = 60, 3600


def most_time(variants: Sequence[Variant], rule: Rule, repetitions: int | None) -> str:
    """Before anything was measured: what bounds the session of these variants."""
    counts = [one.repetitions or repetitions for one in variants]
    known = [one for one in counts if one is not None]
    if len(known) == len(counts):
        return f"{sum(known)} repetitions"
    times = f"{len(counts)} x " if len(counts) > 1 else ""
    return f"at most {times}{rule.max_time_s:g} s; --max-time shortens it"


def time_left(running: Sequence[Series], rule: Rule, repetitions: int | None) -> str:
    """By the mean of the repetitions so far where their number is known, else the most it takes."""
    counts = [one.variant.repetitions or repetitions for one in running]
    left = [_left_s(one, rule, count) for one, count in zip(running, counts, strict=True)]
    word = "at most" if None in counts else "about"
    return f"{word} {_duration(sum(left))} left"


def _left_s(series: Series, rule: Rule, count: int | None) -> float:
    if count is None:
        return max(0.0, rule.max_time_s - series.spent_s)
    done = len(series.judged)
    return series.spent_s / done * max(0, count - done) if done else 0.0


def _duration(seconds: float) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h"

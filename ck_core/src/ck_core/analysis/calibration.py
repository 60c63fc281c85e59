"""How often a program shall repeat its kernel, so that a run lasts long enough to be timed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

MAX_ROUNDS = 10
LARGEST = 2_000_000_000
"""Programs written for CK read the count into an ``int``."""
_SHORTEST = 0.7
_LONGEST = 1.25
_FASTEST_GROWTH = 10


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One run with this count (CK's ``CT_REPEAT_MAIN``), and how long it took."""

    repeat: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The count to use, or why none was found.

    Attributes:
        repeat: 0 where calibration failed.
        seconds: what a run with it took.
        failure: a sentence; empty where it succeeded.
    """

    repeat: int
    seconds: float
    trials: tuple[Trial, ...]
    failure: str = ""


def calibrate(run: Callable[[int], float], *, target_s: float = 0.5, start: int = 1) -> Calibration:
    """Find the count with which ``run(count)`` takes about ``target_s`` seconds.

    What is known is a bracket: the largest count that was too short and the smallest that was
    too long. Each round tries a count inside it, by the straight line through the last two
    trials (secant, so that the time to start does not count), at most ten times the one
    before: the bracket only shrinks, and after ten rounds it is over. Good is 0.7 to 1.25 of
    the target (CK's limits); more, where a count of one already takes longer or the bracket
    holds no further count. The first too long count then wins.

    Args:
        run: runs the program, answers seconds; its errors pass through.
        target_s: so long that starting a process (1 ms) is little beside it.
        start: the component's own count, at least 1.
    """
    trials: list[Trial] = []
    repeat = max(1, start)
    for _ in range(MAX_ROUNDS):
        trial = Trial(repeat=repeat, seconds=run(repeat))
        trials.append(trial)
        if not (isfinite(trial.seconds) and trial.seconds >= 0):
            return _failed(trials, f"a run cannot take {trial.seconds} s")
        best = _accepted(trials, target_s)
        if best:
            return Calibration(repeat=best.repeat, seconds=best.seconds, trials=tuple(trials))
        if repeat == LARGEST:
            break
        repeat = _next_repeat(trials, target_s)
    return _failed(trials, _why(trials, target_s))


def _failed(trials: Sequence[Trial], failure: str) -> Calibration:
    return Calibration(repeat=0, seconds=0.0, trials=tuple(trials), failure=failure)


def _bracket(trials: Sequence[Trial], target_s: float) -> tuple[int, int]:
    """The largest count too short below the smallest too long; 0 and ``LARGEST`` + 1 outside."""
    high = min(
        (one.repeat for one in trials if one.seconds > _LONGEST * target_s), default=LARGEST + 1
    )
    short = (one.repeat for one in trials if one.seconds < _SHORTEST * target_s)
    return max((repeat for repeat in short if repeat < high), default=0), high


def _accepted(trials: Sequence[Trial], target_s: float) -> Trial | None:
    last = trials[-1]
    if _SHORTEST * target_s <= last.seconds <= _LONGEST * target_s:
        return last
    low, high = _bracket(trials, target_s)
    found = (one for one in trials if one.repeat == high)
    return next(found, None) if high == low + 1 else None


def _next_repeat(trials: Sequence[Trial], target_s: float) -> int:
    low, high = _bracket(trials, target_s)
    most = min(high - 1, max(1, low) * _FASTEST_GROWTH)
    return max(low + 1, min(most, _guess(trials, target_s)))


def _guess(trials: Sequence[Trial], target_s: float) -> int:
    """Where the line through the last two trials meets the target."""
    last = trials[-1]
    before = trials[-2] if len(trials) > 1 else Trial(repeat=0, seconds=0.0)
    rise, run = last.seconds - before.seconds, last.repeat - before.repeat
    if rise * run <= 0:  # noise hides the growth
        return LARGEST if last.seconds < target_s else 1
    return round(min(LARGEST, last.repeat + (target_s - last.seconds) * run / rise))


def _why(trials: Sequence[Trial], target_s: float) -> str:
    first, last = trials[0], trials[-1]
    numbers = (
        f"{first.seconds:.3g} s at a count of {first.repeat}, "
        f"{last.seconds:.3g} s at {last.repeat} after {len(trials)} runs"
    )
    if last.seconds < 2 * first.seconds and last.repeat > 2 * first.repeat:
        return f"the time does not grow with the count ({numbers}): does the program read it?"
    return f"no count was found that takes {target_s:g} s ({numbers})"

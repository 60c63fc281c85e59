"""Whether a replay gives what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

from ck_core.analysis.comparison import Effect, Scale, compare, needed_values
from ck_core.analysis.intervals import CONFIDENCE

TOLERANCE = 0.03
EXACT_METRICS = frozenset({"size_bytes", "correct"})
Shown = Callable[[float], str]
"""How a value of the metric is written, with its unit."""


_FEW = "too few values"


class Reproduction(str, Enum):
    """What can be said of a metric that was measured again."""

    REPRODUCED = "reproduced"
    CHANGED = "changed"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One metric, recorded and replayed.

    Attributes:
        reason: a sentence with numbers.
        effect: the replayed values over the recorded ones, at the confidence of the two
            one-sided tests (90 % for 95 %); None for exact metrics and where nothing is known.
    """

    metric: str
    verdict: Reproduction
    reason: str
    effect: Effect | None = None


def judge(
    metric: str,
    recorded: Sequence[float],
    replayed: Sequence[float],
    *,
    tolerance: float = TOLERANCE,
    confidence: float = CONFIDENCE,
    shown: Shown = "{:.4g}".format,
) -> Judgement:
    """Reproduced, changed, or cannot tell.

    Two one-sided tests (TOST: D. J. Schuirmann 1987; for ratios, within 1 / (1 + t) to 1 + t).
    *Reproduced*: the 90 % interval of replayed / recorded lies inside the tolerance, so a true
    ratio outside it is called so in 5 % of cases at most. *Changed*: the 95 % interval lies
    wholly outside, so a true ratio inside it is called so in 2.5 % at most. Else: *cannot tell*,
    and more repetitions may. That a difference is not significant never means reproduced.

    Three percent by default: two medians known to 1 % each (ckp's own precision) have a ratio
    known to about 1.5 %, and where code and stack lie moves times by another percent or more
    from one build or session to the next (T. Mytkowicz and others, Producing Wrong Data Without
    Doing Anything Obviously Wrong, 2009; T. Kalibera, R. Jones, Rigorous Benchmarking in
    Reasonable Time, 2013): below that, sessions of one machine would be called changed.

    Values that are not all positive have no ratio: differences are then judged against the
    tolerance's share of the recorded median. Sizes and correctness are exact: each value must
    be equal. Complexity: as `compare`.

    Args:
        shown: writes a value of the metric, for sentences.
    """
    if not recorded or not replayed:
        missing = "recorded" if not recorded else "replayed"
        return _cannot_tell(metric, f"no value was {missing}")
    if metric in EXACT_METRICS:
        return _exact(metric, recorded, replayed)
    inner = compare(recorded, replayed, confidence=1 - 2 * (1 - confidence)).effect
    outer = compare(recorded, replayed, confidence=confidence).effect
    if inner is None or outer is None:
        return _cannot_tell(metric, "some values are no numbers")
    verdict, why = _place(inner, outer, _band(inner.scale, median(recorded), tolerance), confidence)
    if why == _FEW:
        why = _too_few(len(recorded), len(replayed), 1 - 2 * (1 - confidence))
    reason = f"{why} {_numbers(inner, tolerance, shown)}"
    return Judgement(metric=metric, verdict=verdict, reason=reason, effect=inner)


def _place(
    inner: Effect, outer: Effect, band: tuple[float, float], confidence: float
) -> tuple[Reproduction, str]:
    low, high = band
    if inner.coverage < 1 - 2 * (1 - confidence):
        return Reproduction.CANNOT_TELL, _FEW
    if low <= inner.low and inner.high <= high:
        return Reproduction.REPRODUCED, "within:"
    if outer.high < low or outer.low > high:
        if outer.coverage < confidence:
            return Reproduction.CANNOT_TELL, _FEW
        return Reproduction.CHANGED, "outside:"
    return Reproduction.CANNOT_TELL, "noise reaches over the limit:"


def _too_few(recorded: int, replayed: int, confidence: float) -> str:
    """Values that follow each other count as fewer than they are."""
    enough = min(recorded, replayed) >= needed_values(paired=False, confidence=confidence)
    why = "values that follow each other" if enough else _FEW
    return f"{why}: {recorded} recorded, {replayed} now; so far"


def _exact(metric: str, recorded: Sequence[float], replayed: Sequence[float]) -> Judgement:
    before, after = sorted(set(recorded)), sorted(set(replayed))
    unit = " bytes" if metric.endswith("_bytes") else ""
    if len(before) > 1:
        return _cannot_tell(metric, f"it is exact, but {len(before)} values were recorded")
    first = _exactly(before[0], unit)
    if after == before:
        return Judgement(metric=metric, verdict=Reproduction.REPRODUCED, reason=f"equal: {first}")
    shown = ", ".join(_exactly(one, unit) for one in after[:3])
    reason = f"{first} became {shown}"
    return Judgement(metric=metric, verdict=Reproduction.CHANGED, reason=reason)


def _exactly(value: float, unit: str) -> str:
    """To the last digit, which decides."""
    return str(value) if isinstance(value, bool) else f"{value:.15g}{unit}"


def _cannot_tell(metric: str, reason: str) -> Judgement:
    return Judgement(metric=metric, verdict=Reproduction.CANNOT_TELL, reason=reason)


def _band(scale: Scale, recorded: float, tolerance: float) -> tuple[float, float]:
    if scale is Scale.RATIO:
        return 1 / (1 + tolerance), 1 + tolerance
    return -tolerance * abs(recorded), tolerance * abs(recorded)


def _numbers(effect: Effect, tolerance: float, shown: Shown) -> str:
    numbers = effect.estimate, effect.low, effect.high
    what = "times"
    if effect.scale is not Scale.RATIO:
        what, numbers = _difference(numbers)
    else:
        shown = "{:.4g}".format
    middle, low, high = map(shown, numbers)
    return f"{middle} {what} the recorded value ({low} to {high}, tolerance {tolerance:.1%})"


def _difference(numbers: tuple[float, float, float]) -> tuple[str, tuple[float, float, float]]:
    """People do not read a negative *more*."""
    middle, low, high = numbers
    return ("less than", (-middle, -high, -low)) if middle < 0 else ("more than", numbers)

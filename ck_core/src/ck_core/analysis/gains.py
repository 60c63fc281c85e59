"""What one point gains over another in what a search was for, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ck_core.analysis.comparison import Comparison, Effect, Scale, Verdict, compare
from ck_core.analysis.point_comparison import Compared, compare_points
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.units import STEPS, format_value, steps_of

CONFIDENCE = 0.99
"""Of the gain that is told: one tuning in two hundred that changed nothing may be called faster."""
_WORDS = {Verdict.FASTER: "better", Verdict.SLOWER: "worse"}
"""Of what is no time."""


def gain_over(point: Point, baseline: Point, objective: Objective) -> Compared:
    """In pairs of blocks; of what is the same in all runs, such as a size, by the two numbers."""
    found = compare_points(
        point,
        baseline,
        objective.metric,
        maximize=objective.maximize,
        confidence=CONFIDENCE,
    )
    return found if found.a or found.b else _exact(point, baseline, objective)


def _exact(point: Point, baseline: Point, objective: Objective) -> Compared:
    a, b = (_values(one, objective.metric) for one in (point, baseline))
    first, second = (b, a) if objective.maximize else (a, b)
    found = compare(first, second)
    if found.effect is not None:
        found = _certain(found, found.effect)
    return Compared(comparison=found, paired=False, a=a, b=b)


def _values(point: Point, name: str) -> tuple[float, ...]:
    metric = point.metrics.get(name)
    return () if metric is None or metric.value is None else (float(metric.value),)


def _certain(one: Comparison, effect: Effect) -> Comparison:
    """No repetition could say anything else."""
    better, worse = effect.estimate > effect.neutral, effect.estimate < effect.neutral
    return replace(
        one,
        verdict=Verdict.FASTER if better else Verdict.SLOWER if worse else Verdict.UNDECIDED,
        reason="the same in every run: nothing is left to chance",
        effect=replace(effect, coverage=1.0),
        probability=1.0 if better else 0.0 if worse else 0.5,
    )


def gain_title(objective: Objective, gains: Sequence[Comparison] = ()) -> str:
    """What stands above gains; only ratios are called a speed-up."""
    if objective.is_exact or any(_is_difference(one) for one in gains):
        return "gain"
    return "speed-up" if _is_speed(objective) else "times better"


def _is_difference(one: Comparison) -> bool:
    return one.effect is not None and one.effect.scale is Scale.DIFFERENCE


def gain_text(one: Comparison, objective: Objective) -> str:
    """``1.23  [1.19, 1.27]``, ``9 % smaller``, ``3 ms less``; empty where nothing can be said."""
    effect = one.effect
    if effect is None:
        return ""
    if effect.scale is Scale.DIFFERENCE:
        return _difference_text(effect, objective)
    if objective.is_exact and effect.low == effect.high:
        return _share_text(effect.estimate, objective)
    text = f"{effect.estimate:.4g}"
    return text if effect.low == effect.high else f"{text}  [{effect.low:.4g}, {effect.high:.4g}]"


def _share_text(better: float, objective: Objective) -> str:
    """Of a size: how much of the baseline's is saved, or added."""
    share = (better if objective.maximize else 1 / better) - 1
    if share == 0:
        return "the same"
    return f"{abs(share) * 100:.2g} % {'larger' if share > 0 else 'smaller'}"


def _difference_text(effect: Effect, objective: Objective) -> str:
    """Of values that are not all positive; ends are in the direction of the estimate."""
    is_better = effect.estimate >= 0
    word = "more" if is_better == objective.maximize else "less"
    steps, sign = steps_of(objective.metric), 1 if is_better else -1
    ends = sorted((sign * effect.low, sign * effect.high))
    text = f"{format_value(abs(effect.estimate), steps)} {word}"
    low, high = (format_value(one, steps) for one in ends)
    return text if effect.low == effect.high else f"{text}  [{low}, {high}]"


def verdict_text(one: Comparison, objective: Objective) -> str:
    """Only times are fast or slow; what has an exact value is the same, and not undecided."""
    effect = one.effect
    if effect and effect.low == effect.high == effect.neutral:
        return "the same"
    return one.verdict.value if _is_speed(objective) else _WORDS.get(one.verdict, one.verdict.value)


def _is_speed(objective: Objective) -> bool:
    return steps_of(objective.metric) == STEPS["s"] and not objective.maximize

"""What is told while a search goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from ck_core.analysis.comparison import Comparison, Effect, Scale, compare
from ck_core.analysis.intervals import CONFIDENCE
from ck_core.domain.install import Progress
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.units import format_value, steps_of
from ck_core.tuning.memory import Finding, Memory
from ck_core.tuning.search import Search


def told_by(tell: Progress, options: TuningOptions, search: Search) -> Callable[[Memory], None]:
    """After each trial: the best so far with its interval, failures, time left."""

    def told(memory: Memory) -> None:
        parts = _parts(memory, options.objectives[0], search.left_s)
        tell(", ".join(parts), len(memory.findings), search.total or 0)

    return told


def _parts(memory: Memory, objective: Objective, left_s: float | None) -> Iterator[str]:
    yield best_text(memory, objective)
    if failed := sum(memory.failures.values()):
        yield f"{failed} failed"
    if left_s is not None:
        yield f"{timedelta(seconds=round(left_s))} left"


def best_text(memory: Memory, objective: Objective) -> str:
    """``best 1.23x [1.19, 1.27]``: over the program as it is, as far as few runs can tell.

    It is the largest of many, so that the last runs tell less; they alone are reported.
    """
    first, best = memory.findings[0], memory.best
    if best is None:
        return "none holds the constraint yet"
    gain = _gain(best, first, objective)
    # It has beaten another, which may only have seemed to be better than the program as it is.
    is_behind = gain and gain.estimate <= 1 and not first.trial.failure
    if best is first or is_behind:
        return "nothing better yet"
    return f"best {_shown(gain) if gain else _value(best, objective)}"


def _gain(best: Finding, first: Finding, objective: Objective) -> Effect | None:
    """None where there are no repetitions, or ratios say nothing."""
    effect = _compared(best, first, objective).effect
    return effect if effect and effect.scale is Scale.RATIO else None


def _shown(effect: Effect) -> str:
    interval = f" [{effect.low:.3g}, {effect.high:.3g}]" if effect.coverage >= CONFIDENCE else ""
    return f"{effect.estimate:.3g}x{interval}"


def _compared(best: Finding, first: Finding, objective: Objective) -> Comparison:
    if best.beside and best.beside.is_won:
        return compare(best.beside.last(best.values), best.beside.as_it_is)
    values = (first.values, best.values) if objective.maximize else (best.values, first.values)
    return compare(*values)


def _value(best: Finding, objective: Objective) -> str:
    return format_value(objective.cost(best.trial.cost), steps_of(objective.metric))

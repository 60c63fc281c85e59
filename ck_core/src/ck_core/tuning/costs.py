"""What a strategy is told of measured values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Protocol

from ck_core.analysis.racing import fast_value
from ck_core.domain.metric import Metric
from ck_core.domain.point_names import unknown_names
from ck_core.domain.tuning.objective import EXACT, Objective
from ck_core.errors import UsageError
from ck_core.tuning.beside import Beside
from ck_core.tuning.constraints import Constraint, check_numbers


class Measured(Protocol):
    """A series, or the point that was made of one."""

    @property
    def metrics(self) -> Mapping[str, Metric]: ...

    @property
    def characteristics(self) -> Mapping[str, tuple[float, ...]]: ...


def costs_of(
    one: Measured, objectives: Sequence[Objective], beside: Beside | None = None
) -> tuple[float, ...]:
    """One for each objective; empty where one has no number.

    Of a time that nothing was run beside ``fast_value`` of the repetitions counts.

    Args:
        beside: what the best so far took in turn with it, where there is one objective.
    """
    if beside is not None:
        return (beside.cost_of(values_of(one, objectives[0].metric)),)
    found = [_cost(one, objective) for objective in objectives]
    known = [cost for cost in found if cost is not None and isfinite(cost)]
    return tuple(known) if len(known) == len(found) else ()


def _cost(one: Measured, objective: Objective) -> float | None:
    if objective.is_time and not objective.maximize:
        values = values_of(one, objective.metric)
        return fast_value(values) if values else None
    return objective.cost_in(one.metrics)


def are_exact(objectives: Sequence[Objective], constraints: Sequence[Constraint]) -> bool:
    """Whether a single run tells all that counts; it is there to check the output."""
    return EXACT.issuperset(_wanted(objectives, constraints))


def count_file(objectives: Sequence[Objective], constraints: Sequence[Constraint]) -> bool:
    """Whether anything that counts is of the file, beside the code in it."""
    return not EXACT.isdisjoint(_wanted(objectives, constraints))


def values_of(one: Measured, name: str) -> list[float]:
    """One a repetition, without those that are no numbers."""
    return [value for value in one.characteristics.get(name, ()) if isfinite(value)]


def check_measured(
    program: str,
    one: Measured,
    objectives: Sequence[Objective],
    constraints: Sequence[Constraint],
) -> None:
    """Raises UsageError: nothing measures what shall be small, or large, or within limits."""
    wanted = [*_wanted(objectives, constraints)]
    given = f"it gives {', '.join(sorted(one.metrics))}"
    for name, nearest in unknown_names(wanted, one.metrics).items():
        near = f"did you mean {nearest}? " if nearest else ""
        raise UsageError(f"program:{program} gives no metric '{name}'", hint=f"{near}{given}")
    empty = [one.metrics[name] for name in wanted if one.metrics[name].value is None]
    for metric in empty:
        why = f": {metric.detail}" if metric.detail else ""
        raise UsageError(f"program:{program} gives no number as '{metric.name}'{why}", hint=given)
    for constraint in constraints:
        check_numbers(constraint)


def _wanted(objectives: Sequence[Objective], constraints: Sequence[Constraint]) -> Iterator[str]:
    yield from (one.metric for one in objectives)
    for one in constraints:
        yield from one.metrics

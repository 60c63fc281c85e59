"""What a strategy is told of measured values."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from ck_core.analysis.filters import Expression
from ck_core.domain.point import Scalar
from ck_core.domain.tuning.objective import Objective
from ck_core.errors import UsageError
from ck_core.experiments.measuring.series import Series


def costs_of(series: Series, objectives: Sequence[Objective]) -> tuple[float, ...]:
    """One for each objective; empty where one has no number.

    Of a time the fastest repetition counts: noise only makes runs longer, and the fastest of
    few differs less from search to search than their median does (J. Chen, J. Revels, Robust
    benchmarking in noisy environments, 2016). Finals go by medians of pairs.
    """
    found = [_cost(series, one) for one in objectives]
    known = [one for one in found if one is not None and isfinite(one)]
    return tuple(known) if len(known) == len(found) else ()


def _cost(series: Series, objective: Objective) -> float | None:
    if objective.is_time and not objective.maximize:
        values = values_of(series, objective.metric)
        return min(values) if values else None
    metric = series.metrics.get(objective.metric)
    return None if metric is None or metric.value is None else objective.cost(float(metric.value))


def check_measured(series: Series, objectives: Sequence[Objective]) -> None:
    """Raises UsageError: nothing measures what shall be small or large."""
    for one in objectives:
        if _cost(series, one) is None:
            assert series.ready is not None  # noqa: S101  # it was measured
            raise UsageError(
                f"program:{series.ready.program.name} gives no metric '{one.metric}'",
                hint=f"it gives {', '.join(sorted(series.metrics))}",
            )


def values_of(series: Series, name: str) -> list[float]:
    """One a repetition, without those that are no numbers."""
    raw = series.characteristics.get(name, ())
    return [one for one in raw if isfinite(one)]


def fulfils(series: Series, constraints: Sequence[Expression]) -> bool:
    """Whether all conditions on metrics hold."""
    scalars: dict[str, Scalar] = {
        f"metrics.{name}": metric.value
        for name, metric in series.metrics.items()
        if metric.value is not None
    }
    return all(one.holds(scalars) for one in constraints)

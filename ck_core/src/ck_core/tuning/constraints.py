"""What metrics must fulfil: ``--constraint 'size_bytes<30kB'``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ck_core.analysis.filter_parsing import parse_filter
from ck_core.analysis.filter_units import in_units
from ck_core.analysis.filters import (
    All,
    Comparison,
    Expression,
    Some,
    names_in,
    number_of,
    value_of,
)
from ck_core.domain.metric import Metric
from ck_core.domain.point import Scalar
from ck_core.domain.units import steps_of

FAILURE = "constraint"
"""What a trial failed of that breaks one."""
_GROUP = "metrics."
_LEAST = 1e-9


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """Attributes: text: as the user wrote it; condition: in the units of its metrics."""

    text: str
    condition: Expression

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of what is compared."""
        return tuple(dict.fromkeys(map(_short, names_in(self.condition))))


def read_constraints(texts: Sequence[str]) -> tuple[Constraint, ...]:
    """Every name is a metric's; a suffix of it tells the unit before anything was measured.

    Raises:
        UsageError: something else than a condition, or a number that the metric cannot have.
    """
    return tuple(Constraint(text=one, condition=_read(one)) for one in texts)


def _read(text: str) -> Expression:
    """A name without a unit may be misspelt, which a run will tell: see ``check_numbers``."""
    expression = parse_filter(text)
    names = set(map(_short, names_in(expression)))
    return in_units(expression, {f"{_GROUP}{name}" for name in names if steps_of(name)})


def check_numbers(constraint: Constraint) -> None:
    """Of names that a program gives; raises UsageError for units that they do not have."""
    in_units(constraint.condition, {f"{_GROUP}{name}" for name in constraint.metrics})


def _short(name: str) -> str:
    return name.removeprefix(_GROUP)


def broken(metrics: Mapping[str, Metric], constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """The texts of those that do not hold."""
    scalars = _scalars(metrics)
    return tuple(one.text for one in constraints if not one.condition.holds(scalars))


def excess(metrics: Mapping[str, Metric], constraints: Sequence[Constraint]) -> float:
    """How far they are from holding, in parts of their limits; 0 where all hold.

    0.5 of 30 kB that shall be less than 20 kB; several add up. 1 where it is no number.
    """
    scalars = _scalars(metrics)
    return sum(_excess(one.condition, scalars) for one in constraints)


def _excess(condition: Expression, scalars: Mapping[str, Scalar]) -> float:
    if condition.holds(scalars):
        return 0.0
    match condition:
        case All():
            return sum(_excess(part, scalars) for part in condition.parts)
        case Some():
            return min(_excess(part, scalars) for part in condition.parts)
        case Comparison():
            return _distance(condition, scalars)
    return 1.0


def _distance(condition: Comparison, scalars: Mapping[str, Scalar]) -> float:
    """Of a number from its limit; more than nothing at the limit itself, which is not less."""
    found = value_of(scalars, condition.name)
    value = None if found is None else number_of(found)
    if value is None or condition.number is None:
        return 1.0
    return max(abs(value - condition.number) / (abs(condition.number) or 1.0), _LEAST)


def _scalars(metrics: Mapping[str, Metric]) -> dict[str, Scalar]:
    return {
        f"{_GROUP}{name}": metric.value
        for name, metric in metrics.items()
        if metric.value is not None
    }

"""Which recorded points nothing else beats: objectives and constraints by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ck_core.analysis.filter_parsing import parse_filter
from ck_core.analysis.filter_units import in_units
from ck_core.analysis.filters import All, Expression, number_of
from ck_core.analysis.pareto import Constraint, Objective, interval_frontier
from ck_core.domain.point import Scalar
from ck_core.errors import UsageError
from ck_core.experiments.reading.experiment import OK, Experiment

Box = tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A metric that shall be small, or large."""

    name: str
    maximize: bool = False


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A metric that must be ``<``, ``<=``, ``>`` or ``>=`` a number."""

    name: str
    comparison: str
    limit: float


@dataclass(frozen=True, kw_only=True)
class ParetoPoint:
    """A point of the frontier: the value and the interval of each objective."""

    uid: str
    values: tuple[float, ...]
    boxes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class ParetoAnswer:
    """The frontier, the best in the first objective first.

    Attributes:
        dominated, excluded, missing: UIDs of the other points that did not fail: beaten by
            another, forbidden by a constraint, without a number.
    """

    goals: tuple[Goal, ...]
    limits: tuple[Limit, ...]
    frontier: tuple[ParetoPoint, ...]
    dominated: tuple[str, ...]
    excluded: tuple[str, ...]
    missing: tuple[str, ...]


def pareto_of(
    experiment: Experiment, goals: Sequence[Goal], limits: Sequence[Limit] = ()
) -> ParetoAnswer:
    """The frontier of an experiment's points that did not fail; intervals are respected.

    Raises:
        UsageError: no objective, one given twice, or a name that no point has.
    """
    names = _checked(experiment, goals, limits)
    asked = [f"{name}{end}" for name in names for end in ("", ".low", ".high")]
    rows = experiment.narrowed(OK).select(asked)
    columns = [[_box(*row[at : at + 3]) for row in rows] for at in range(1, len(asked), 3)]
    boxes = list(zip(*columns, strict=True))
    places = {name: at for at, name in enumerate(names)}
    found = interval_frontier(
        boxes,
        [Objective(column=places[one.name], maximize=one.maximize) for one in goals],
        constraints=[
            Constraint(column=places[one.name], comparison=one.comparison, limit=one.limit)
            for one in limits
        ],
    )
    kept = [_point(rows[at], boxes[at], len(goals)) for at in found.kept]
    sign = -1 if goals[0].maximize else 1
    others = {*found.kept, *found.missing, *found.excluded}
    return ParetoAnswer(
        goals=tuple(goals),
        limits=tuple(limits),
        frontier=tuple(sorted(kept, key=lambda one: (sign * one.values[0], one.uid))),
        dominated=tuple(str(row[0]) for at, row in enumerate(rows) if at not in others),
        excluded=tuple(str(rows[at][0]) for at in found.excluded),
        missing=tuple(str(rows[at][0]) for at in found.missing),
    )


def _checked(
    experiment: Experiment, goals: Sequence[Goal], limits: Sequence[Limit]
) -> tuple[str, ...]:
    """The columns that are needed, objectives first."""
    wanted = [goal.name for goal in goals]
    if not wanted:
        raise UsageError(
            "a Pareto frontier needs objectives",
            hint="--minimize wall_s,size_bytes --maximize accuracy",
        )
    twice = next((name for name in wanted if wanted.count(name) > 1), "")
    if twice:
        raise UsageError(f"{twice} is an objective twice", hint="name each once")
    names = tuple(dict.fromkeys([*wanted, *(one.name for one in limits)]))
    experiment.check_names(names)
    return names


def _box(value: Scalar | None, low: Scalar | None, high: Scalar | None) -> Box:
    """The interval, or the value as one; None where it is no number. Asked a million times."""
    if value.__class__ in _NUMBERS:
        return (value if low is None else low, value if high is None else high)  # type: ignore[return-value]  # bounds of a metric are numbers
    number = None if value is None else number_of(value)
    return None if number is None else (number, number)


_NUMBERS = frozenset({int, float})


def _point(row: Sequence[Scalar | None], boxes: Sequence[Box], count: int) -> ParetoPoint:
    values = (row[1 + 3 * at] for at in range(count))
    return ParetoPoint(
        uid=str(row[0]),
        values=tuple(float(number_of(one) or 0.0) for one in values if one is not None),
        boxes=tuple(box for box in boxes[:count] if box is not None),
    )


def parse_limits(texts: Sequence[str], known: Collection[str] = ()) -> tuple[Limit, ...]:
    """``peak_memory_bytes<100MB``, and several joined by ``and``.

    Args:
        known: full names that points have; a number may have the unit of such a name.

    Raises:
        UsageError: something else than comparisons with numbers.
    """
    conditions = ((in_units(parse_filter(text), known), text) for text in texts)
    return tuple(limit for one, text in conditions for limit in _limits(one, text))


def _limits(expression: Expression, text: str) -> Iterator[Limit]:
    if isinstance(expression, All):
        for part in expression.parts:
            yield from _limits(part, text)
        return
    number = getattr(expression, "number", None)
    comparison = getattr(expression, "operator", "")
    if number is None or comparison not in {"<", "<=", ">", ">="}:
        raise UsageError(
            f"the constraint {text!r:.80} is no comparison with a number",
            hint="--constraint 'peak_memory_bytes<1e8'; --filter takes any condition",
        )
    yield Limit(name=getattr(expression, "name", ""), comparison=comparison, limit=number)

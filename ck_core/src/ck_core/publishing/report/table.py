"""The table of points: one row a point, one column for what differs; the rest is said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from ck_core.analysis.differing_words import values_apart, words_of_all
from ck_core.analysis.tuning_ending import standing_in_search
from ck_core.domain.point import Point
from ck_core.publishing.naming import chosen, short_uids, varied_choices
from ck_core.publishing.report.cells import (
    Cell,
    choice_cell,
    choices_cell,
    correct_cell,
    number_cell,
    result_cell,
    time_cell,
    trial_cell,
    uid_cell,
)
from ck_core.publishing.report.material import Material, written_number
from ck_core.publishing.texts import plain
from ck_core.publishing.units import Quantity, quantity

_MOST_CHOICES = 4
_MOST_METRICS = 6
"""With these the table fits a page 1280 pixels wide."""
_LEAST_TELLING = ("voluntary_switches", "involuntary_switches", "minor_faults", "major_faults")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A heading, and one cell a point."""

    title: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class Common:
    """What all rows have in common."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """``common`` is said above; ``left_out`` names metrics that have no column."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    common: Sequence[Common]
    left_out: Sequence[str]


def table_of(material: Material) -> Table:
    """In the order the points were recorded."""
    points = material.points
    units = {name: _unit(points, name) for name in _metrics(material)}
    varied = [name for name in units if _differs(points, name)]
    columns = [
        *_choice_columns(points),
        *_verdict_columns(points),
        *(_metric_column(points, name, units[name]) for name in varied[:_MOST_METRICS]),
        *_origin_columns(points),
    ]
    numbers = (Cell(text=str(at), kind="number", key=str(at)) for at in range(1, len(points) + 1))
    return Table(
        columns=["#", *(one.title for one in columns)],
        rows=list(zip(numbers, *(one.cells for one in columns), strict=True)),
        common=list(chain(_common_choices(points), _common_metrics(points, units, varied))),
        left_out=[plain(name) for name in varied[_MOST_METRICS:]],
    )


def _column(title: str, points: Sequence[Point], cell: Callable[[Point], Cell]) -> Column:
    return Column(title=title, cells=[cell(point) for point in points])


def _choice_columns(points: Sequence[Point]) -> Iterator[Column]:
    """The last one holds all that have none of their own."""
    names = varied_choices(points)
    few = names if len(names) <= _MOST_CHOICES else names[: _MOST_CHOICES - 1]
    if any(map(standing_in_search, points)):
        yield _column("trial", points, trial_cell)
    for name in few:
        values = values_apart([chosen(point).get(name) for point in points])
        yield Column(title=plain(name), cells=[*map(choice_cell, values)])
    if rest := names[len(few) :]:
        yield _column("other choices", points, partial(choices_cell, names=rest))


def _verdict_columns(points: Sequence[Point]) -> Iterator[Column]:
    """Only where something failed, or where not all outputs were compared alike."""
    if any(point.failed for point in points):
        yield _column("result", points, result_cell)
    if len({point.correct for point in points if not point.failed}) > 1:
        yield _column("correct", points, correct_cell)


def _metric_column(points: Sequence[Point], name: str, unit: Quantity) -> Column:
    return _column(unit.title, points, partial(number_cell, metric=name, unit=unit))


def _origin_columns(points: Sequence[Point]) -> Iterator[Column]:
    yield _column("recorded", points, time_cell)
    uids = short_uids([point.uid for point in points])
    yield Column(title="point", cells=[uid_cell(uid) for uid in uids])


def _metrics(material: Material) -> list[str]:
    """Those that are a number in some point: what pictures show first, counters last."""
    points = material.points
    found = dict.fromkeys(n for point in points for n in point.metrics if n != "correct")
    numbers = [name for name in found if any(written_number(p, name) is not None for p in points)]
    shown = (material.main_metric, *material.objectives)
    return sorted(numbers, key=lambda name: (name not in shown, name in _LEAST_TELLING))


def _differs(points: Sequence[Point], name: str) -> bool:
    """Of a single point all are worth a column."""
    good = [point for point in points if not point.failed]
    return len(good) < 2 or len({written_number(point, name) for point in good}) > 1


def _unit(points: Sequence[Point], name: str) -> Quantity:
    values = (written_number(point, name) for point in points)
    return quantity(name, (value for value in values if value is not None))


def _common_choices(points: Sequence[Point]) -> Iterator[Common]:
    varied = varied_choices(points)
    for name, value in chosen(points[0]).items() if points else ():
        if name not in varied and value != "":
            yield Common(name=plain(name), value=plain(str(value)))
        elif words := words_of_all(_texts(points, name)):
            yield Common(name=plain(name), value=plain(" ".join(words)))


def _texts(points: Sequence[Point], name: str) -> Iterator[str]:
    for point in points:
        if isinstance(value := chosen(point).get(name), str):
            yield value


def _common_metrics(
    points: Sequence[Point], units: dict[str, Quantity], varied: Sequence[str]
) -> Iterator[Common]:
    good = [point for point in points if not point.failed][:1]
    for name, unit in units.items():
        for value in (written_number(point, name) for point in good if name not in varied):
            if value is not None:
                yield Common(name=unit.words, value=unit.format(value))

"""The table of points: one row a point, one column for each choice that varies and each metric."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from ck_core.domain.point import Point, Scalar
from ck_core.publishing.naming import chosen, varied_choices
from ck_core.publishing.report.material import Material, number
from ck_core.publishing.texts import plain
from ck_core.publishing.units import Quantity, quantity

_MOST_METRICS = 8
_LEAST_TELLING = ("voluntary_switches", "involuntary_switches", "minor_faults", "major_faults")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``key`` sorts numbers, and is None where the text does; ``small`` stands below it."""

    text: str
    kind: str = "choice"
    small: str = ""
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """``left_out`` names metrics that have no column."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    left_out: Sequence[str]


def table_of(material: Material) -> Table:
    """In the order the points were recorded."""
    choices = varied_choices(material.points)
    metrics = _metrics(material)
    units = {name: _unit(material, name) for name in metrics[:_MOST_METRICS]}
    titles = (unit.title for unit in units.values())
    return Table(
        columns=["#", *map(plain, choices), "result", "correct", *titles, "recorded", "point"],
        rows=[
            [
                Cell(text=str(at), kind="number", key=str(at)),
                *_choice_cells(point, choices),
                _result(point),
                _correct(point),
                *(_metric_cell(point, name, unit) for name, unit in units.items()),
                Cell(text=plain(point.recorded_at[:19].replace("T", " ")), kind="time"),
                Cell(text=point.uid, kind="uid"),
            ]
            for at, point in enumerate(material.points, start=1)
        ],
        left_out=metrics[_MOST_METRICS:],
    )


def _metrics(material: Material) -> list[str]:
    """Those that are a number in some point: the main one first, counters last."""
    found = dict.fromkeys(
        name for point in material.points for name in point.metrics if name != "correct"
    )
    numbers = [name for name in found if _is_number_somewhere(material.points, name)]
    return sorted(numbers, key=lambda name: (name != material.main_metric, name in _LEAST_TELLING))


def _is_number_somewhere(points: Sequence[Point], name: str) -> bool:
    return any(number(point, name) is not None for point in points)


def _unit(material: Material, name: str) -> Quantity:
    values = (number(point, name) for point in material.points)
    return quantity(name, (value for value in values if value is not None))


def _choice_cells(point: Point, names: Sequence[str]) -> Iterator[Cell]:
    given = chosen(point)
    for name in names:
        value: Scalar = given.get(name, "")
        yield Cell(text="" if value == "" else plain(str(value)))


def _metric_cell(point: Point, name: str, unit: Quantity) -> Cell:
    value = number(point, name)
    if value is None:
        return Cell(text="", kind="number", key="")
    low, high = point.metrics[name].low, point.metrics[name].high
    small = ""
    if low is not None and high is not None and isfinite(low) and isfinite(high) and low != high:
        small = f"{unit.format_number(low)} – {unit.format_number(high)}"  # noqa: RUF001  # a range
    return Cell(text=unit.format_number(value), kind="number", small=small, key=repr(value))


def _correct(point: Point) -> Cell:
    if point.correct is None:
        return Cell(text="not checked", kind="muted")
    return Cell(text="yes", kind="good") if point.correct else Cell(text="no", kind="bad")


def _result(point: Point) -> Cell:
    if point.status == "ok":
        return Cell(text="ok", kind="good")
    stage = f"failed: {point.stage}" if point.stage else "failed"
    return Cell(text=stage, kind="bad", small=plain(point.error) if point.error else "")

"""Cells of the table of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from ck_core.analysis.tuning_ending import standing_in_search
from ck_core.domain.point import Point, Scalar
from ck_core.publishing.naming import chosen
from ck_core.publishing.report.material import written_number
from ck_core.publishing.texts import clean, plain
from ck_core.publishing.units import Quantity

_SHORT = 18
"""Letters that stay in one line; longer texts, such as flags, wrap."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``key`` sorts numbers, and is None where the text does; ``small`` stands below it."""

    text: str
    kind: str = "choice"
    small: str = ""
    key: str | None = None


def choice_cell(value: Scalar | None) -> Cell:
    """None where nothing was chosen."""
    text = "" if value in (None, "") else plain(str(value))
    return Cell(text=text, kind="choice" if len(text) > _SHORT else "short")


def trial_cell(point: Point) -> Cell:
    """Which trial of a search it was, or which part of its last runs."""
    return Cell(text=clean(standing_in_search(point)).removeprefix("trial "), kind="short")


def choices_cell(point: Point, names: Sequence[str]) -> Cell:
    """Several choices with their names."""
    given = chosen(point)
    parts = (f"{name}={given[name]}" for name in names if given.get(name, "") != "")
    return Cell(text=plain(" ".join(parts)))


def number_cell(point: Point, metric: str, unit: Quantity) -> Cell:
    """A median with its interval below."""
    value = written_number(point, metric)
    if value is None:
        return Cell(text="", kind="number", key="")
    low, high = point.metrics[metric].low, point.metrics[metric].high
    small = ""
    if low is not None and high is not None and isfinite(low) and isfinite(high) and low != high:
        small = f"{unit.format_number(low)} – {unit.format_number(high)}"  # noqa: RUF001  # a range
    return Cell(text=unit.format_number(value), kind="number", small=small, key=repr(value))


def correct_cell(point: Point) -> Cell:
    if point.correct is None:
        return Cell(text="not checked", kind="muted")
    return Cell(text="yes", kind="good") if point.correct else Cell(text="no", kind="bad")


def result_cell(point: Point) -> Cell:
    """Of a failure the stage, and why."""
    if not point.failed:
        return Cell(text="ok", kind="good")
    stage = f"failed: {point.stage}" if point.stage else "failed"
    return Cell(text=stage, kind="bad", small=plain(point.error) if point.error else "")


def time_cell(point: Point) -> Cell:
    day, _, rest = point.recorded_at.partition("T")
    return Cell(text=plain(day[:10]), kind="time", small=plain(rest[:8]) if rest else "")


def uid_cell(uid: str) -> Cell:
    return Cell(text=uid, kind="uid")

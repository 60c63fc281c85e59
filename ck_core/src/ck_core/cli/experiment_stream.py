"""All points of an experiment on stdout: each is printed as it is read, however many follow."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import click

from ck_core.cli.console import json_text, printable
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_order import as_asked
from ck_core.experiments.reading.columns import (
    Row,
    asked_values,
    column_names,
    names_in_points,
    ordered_names,
    rows,
)
from ck_core.experiments.reading.experiment import Experiment
from ck_core.experiments.transfer.csv_writing import write_csv
from ck_core.experiments.transfer.exporting import names_for
from ck_core.store.experiments.found import FoundPoints
from ck_core.store.experiments.index import AS_ASKED, Order
from ck_core.store.experiments.point_json import point_values

_FEW = 1000
Points = FoundPoints | list[Point]


def print_points_json(
    experiment: Experiment, order: Order, last: int | None, columns: Sequence[str]
) -> None:
    """A list of whole points, or of their values under some names."""
    points = _chosen(experiment, order, last)
    _print_list(_named(experiment, points, columns) if columns else map(point_values, points))


def print_points_csv(
    experiment: Experiment, order: Order, last: int | None, columns: Sequence[str]
) -> None:
    """A row a point; without ``columns`` one for each value that some of them has."""
    points = _chosen(experiment, order, last)
    if columns:
        _print_csv(columns, map(asked_values(columns, experiment.names()), points))
    else:
        names = _names(experiment, points, last)
        _print_csv(column_names(names).values(), rows(points, names))


def _print_csv(columns: Iterable[str], found: Iterable[Row]) -> None:
    if sys.stdout.isatty():
        columns, found = map(printable, columns), (list(map(_on_screen, row)) for row in found)
    write_csv(sys.stdout, columns, found)


def _on_screen(value: Scalar | None) -> Scalar | None:
    return printable(value) if isinstance(value, str) else value


def _chosen(experiment: Experiment, order: Order, last: int | None) -> Points:
    """The newest, last; or the first in the order that was asked for."""
    if order.name:
        return experiment.found(replace(order, limit=last))
    if last is not None and last <= _FEW:
        return as_asked(experiment.newest(last))  # quick, however many there are
    return experiment.found(replace(AS_ASKED, limit=last))


def _names(experiment: Experiment, points: Points, last: int | None) -> list[str]:
    if last is None and isinstance(points, FoundPoints):
        return names_for(experiment, points)
    return ordered_names(names_in_points(points))


def _named(
    experiment: Experiment, points: Iterable[Point], columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    values = asked_values(columns, experiment.names())
    return (dict(zip(columns, values(point), strict=True)) for point in points)


def _print_list(values: Iterable[Any]) -> None:
    """As ``print_json`` would print them all."""
    before = "[\n  "
    for value in values:
        sys.stdout.write(before + json_text(value).replace("\n", "\n  "))
        before = ",\n  "
    click.echo("\n]" if before.startswith(",") else "[]")

"""Points from elsewhere: CK's own entries, and what ckp exported as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.point import Point
from ck_core.errors import UsageError
from ck_core.experiments.reading.experiment import experiment_cid, repository_for
from ck_core.experiments.transfer.json_points import listed_points
from ck_core.store.components import read_component
from ck_core.store.experiments.appending import append_new_points
from ck_core.store.experiments.checking import BadPointError, check_point
from ck_core.store.experiments.ck_import import points_of_ck
from ck_core.store.experiments.experiments import KIND, open_experiment
from ck_core.store.experiments.point_json import format_point, make_point


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came in, and what was there already."""

    experiment: Component
    added: int
    known: int


def import_points(target: Cid, source: str, kind: str, context: Context) -> Imported:
    """Adds what ``source`` has to an experiment, which is made where there is none.

    Of points with one UID the first counts, so that it can be done again. A point that cannot be
    recorded is warned of, and the others come in. Nothing is done where the source is broken: it
    is read twice, and never held.

    Args:
        source: a file for ``json``; for ``ck`` an entry's name or directory.

    Raises:
        UsageError, ComponentNotFoundError: there is nothing of the kind.
        BadComponentError: the file is not what it should be.
        StorageError: it cannot be read or written.
    """
    cid = experiment_cid(target)
    read = _reader(source, kind, context)
    count = sum(1 for _ in read(context.reporter.warn))
    if not count:
        raise UsageError(f"{source} has no points", hint="ckp import --help")
    experiment = open_experiment(repository_for(cid, context), cid.name)
    added = append_new_points(experiment.path, read(_silent), lambda _, __: None)
    return Imported(experiment=experiment, added=added, known=count - added)


Warn = Callable[[str], object]


def _silent(_text: str) -> None:
    """The first time the same was said."""


def _reader(source: str, kind: str, context: Context) -> Callable[[Warn], Iterator[Point]]:
    """What reads the points that can be recorded, as often as it is called."""
    if kind == "json":
        return partial(_from_json, Path(source))
    return partial(_from_ck, _entry(source, context))


def _entry(source: str, context: Context) -> Component:
    """A directory of CK's, wherever it lies, or a component by name."""
    directory = Path(source)
    if directory.is_dir():
        path = directory.absolute()
        return read_component("", KIND, path)
    return context.store.get(experiment_cid(source))


def _from_json(file: Path, warn: Warn) -> Iterator[Point]:
    for number, values in enumerate(listed_points(file), start=1):
        try:
            yield _recordable(make_point(check_point(values)))
        except BadPointError as problem:
            warn(f"{file}: point {number} is left out: it {problem}")


def _from_ck(entry: Component, warn: Warn) -> Iterator[Point]:
    for point in points_of_ck(entry, lambda trouble: warn(str(trouble))):
        try:
            yield _recordable(point)
        except BadPointError as problem:
            warn(f"{entry.path}: point {point.uid} is left out: it {problem}")


def _recordable(point: Point) -> Point:
    """Itself; raises BadPointError where it could not be read again."""
    format_point(point)
    return point

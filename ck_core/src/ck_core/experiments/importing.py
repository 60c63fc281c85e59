"""Points from elsewhere: CK's own entries, and what ckp exported as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.point import Point
from ck_core.errors import BadComponentError, UsageError
from ck_core.experiments.experiment import KIND, experiment_cid, repository_for
from ck_core.store.components import read_component
from ck_core.store.experiments.appending import append_points
from ck_core.store.experiments.checking import BadPointError, check_point
from ck_core.store.experiments.ck_import import points_of_ck
from ck_core.store.experiments.experiments import open_experiment
from ck_core.store.experiments.point_json import make_point
from ck_core.store.experiments.reading import read_points
from ck_core.system.files import storage_errors

SOURCES = ("ck", "json")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came in, and what was there already."""

    experiment: Component
    added: int
    known: int


def import_points(target: Cid, source: str, kind: str, context: Context) -> Imported:
    """Adds what ``source`` has to an experiment, which is made where there is none.

    Points whose UID is there already are left out, so that it can be done again.

    Args:
        source: a file for ``json``; for ``ck`` an entry's name or directory.

    Raises:
        UsageError, ComponentNotFoundError: there is nothing of the kind.
        BadComponentError: the file is not what it should be.
        StorageError: it cannot be read or written.
    """
    cid = experiment_cid(target)
    points = _points(source, kind, context)
    if not points:
        raise UsageError(f"{source} has no points", hint="ckp import --help")
    experiment = open_experiment(repository_for(cid, context), cid.name)
    known = {point.uid for point in read_points(experiment.path, lambda _: None)}
    new = [point for point in points if point.uid not in known]
    append_points(experiment.path, new)
    return Imported(experiment=experiment, added=len(new), known=len(points) - len(new))


def _points(source: str, kind: str, context: Context) -> list[Point]:
    warn = context.reporter.warn
    if kind == "json":
        return list(_from_json(Path(source), warn))
    return list(points_of_ck(_entry(source, context), lambda trouble: warn(str(trouble))))


def _entry(source: str, context: Context) -> Component:
    """A directory of CK's, wherever it lies, or a component by name."""
    directory = Path(source)
    if directory.is_dir():
        path = directory.absolute()
        return read_component("", KIND, path)
    return context.store.get(experiment_cid(source))


def _from_json(file: Path, warn: Callable[[str], None]) -> Iterator[Point]:
    for number, values in enumerate(_listed(file), start=1):
        try:
            yield make_point(check_point(values))
        except BadPointError as problem:
            warn(f"{file}: point {number} {problem}")


def _listed(file: Path) -> Sequence[Any]:
    if not file.is_file():
        raise UsageError(f"there is no file {file}", hint="ckp export --to json writes one")
    with storage_errors("read", file):
        text = file.read_bytes()
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadComponentError(f"{file} is not JSON: {problem}") from None
    found = whole.get("points") if isinstance(whole, dict) else whole
    if not isinstance(found, list):
        raise BadComponentError(
            f"{file} holds no list of points", hint="ckp export --to json writes one"
        )
    return found

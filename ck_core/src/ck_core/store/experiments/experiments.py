"""Experiments as components: made once, then only appended to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ck_core.domain.component import Component
from ck_core.errors import UsageError
from ck_core.store.editing import NewComponent, add, check_writable
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.repositories import Repository

KIND = "experiment"


def open_experiment(
    repository: Repository, alias: str = "", *, title: str = "", tags: Sequence[str] = ()
) -> Component:
    """The experiment of that name, to record in; made where there is none.

    Without ``alias`` it is a new one, named by its UID.

    Raises:
        UsageError: the repository is read-only, or the name impossible.
        BadComponentError: there is one, but broken.
        StorageError: it cannot be written.
    """
    check_writable(repository, f"record in {KIND}:{alias}".rstrip(":"))
    for _ in range(2):
        if alias and (found := _existing(repository, alias)):
            return found
        values = {"tags": sorted(tags)} if tags else {}
        try:
            return add(repository, NewComponent(kind=KIND, alias=alias, title=title, values=values))
        except UsageError:
            if not alias or not _existing(repository, alias):  # else another was quicker
                raise
    return repository.read(KIND, alias)


def points_file(experiment: Component) -> Path:
    """Where the points of an experiment are; there may be none yet."""
    return experiment.path / POINTS_FILE


def _existing(repository: Repository, alias: str) -> Component | None:
    name = repository.name_meant_by(KIND, alias)
    return repository.read_if_there(KIND, name) if name else None

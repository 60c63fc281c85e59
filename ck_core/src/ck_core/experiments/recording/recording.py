"""Where points are kept."""

from __future__ import annotations

from dataclasses import dataclass

from ck_core.context import Context
from ck_core.domain.component import Component
from ck_core.domain.merging import merged
from ck_core.domain.options import RecordOptions
from ck_core.domain.point import Point
from ck_core.errors import UsageError
from ck_core.experiments.reading.experiment import repository_for
from ck_core.store import editing
from ck_core.store.experiments.appending import append_point
from ck_core.store.experiments.experiments import KIND, open_experiment
from ck_core.store.experiments.recordable import check_recordable
from ck_core.store.repositories import Repository


@dataclass
class Recorder:
    """Keeps points in an experiment, which is made with the first of them.

    Attributes:
        experiment: None until then.
    """

    options: RecordOptions
    repository: Repository
    experiment: Component | None = None

    @classmethod
    def of(cls, options: RecordOptions, context: Context) -> Recorder:
        """Asks for everything that ``keep`` needs, before anything is run for nothing.

        Raises:
            UsageError, ComponentNotFoundError: the name, or the repository, is impossible.
            BadComponentError: there is such an experiment, but broken.
            StorageError: it cannot be written.
        """
        cid = options.experiment
        if cid.kind != KIND or (cid.is_pattern and cid.name != "*"):
            raise UsageError(
                f"points are recorded in an experiment, not in '{cid}'",
                hint="--record-uoa=NAME, or REPO:experiment:NAME",
            )
        repository = repository_for(cid, context)
        editing.check_writable(repository, f"record in {cid}")
        check_recordable(repository, "" if cid.name == "*" else cid.name)
        return cls(options=options, repository=repository)

    def keep(self, point: Point) -> None:
        """On the disk when this returns; raises StorageError."""
        append_point(self.open().path, point)

    def open(self) -> Component:
        """The experiment, made where there is none; raises StorageError."""
        if self.experiment is None:
            self.experiment = self._opened()
        return self.experiment

    def _opened(self) -> Component:
        cid, tags = self.options.experiment, sorted(self.options.tags)
        alias = "" if cid.name == "*" else cid.name
        found = open_experiment(self.repository, alias, tags=tags)
        if set(tags) <= found.tags:
            return found
        return editing.update(found, lambda values: merged(values, {"tags": tags}))

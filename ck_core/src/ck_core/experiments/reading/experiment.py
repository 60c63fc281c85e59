"""An experiment and its points, for Python and for the command line: ``ck_core.experiment``."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

from ck_core.analysis.filter_parsing import parse_filter
from ck_core.analysis.filter_units import in_units
from ck_core.analysis.filters import All, Comparison, Expression, names_in
from ck_core.context import Context, Reporter, SilentReporter
from ck_core.domain.cid import Cid, parse_cid
from ck_core.domain.component import Component
from ck_core.domain.point import Point
from ck_core.domain.point_names import unknown_names
from ck_core.domain.trouble import Trouble
from ck_core.errors import ComponentNotFoundError, UsageError
from ck_core.experiments.reading.patience import PATIENCE_S, shown_when_slow
from ck_core.store.experiments.experiments import KIND
from ck_core.store.experiments.found import FoundPoints
from ck_core.store.experiments.index import IN_FILE, Order, PointIndex, Row
from ck_core.store.experiments.reading import newest_points
from ck_core.store.repositories import Repository
from ck_core.system import home

METRICS = "metrics."
OK = Comparison(name="status", operator="=", text="ok")
"""The condition of points that count."""


class Source:
    """The points on disk; tells of each line that is left out, once.

    Where an index takes longer than ``patience_s``, ``reporter`` shows how far it is.
    """

    def __init__(
        self, experiment: Component, reporter: Reporter, patience_s: float = PATIENCE_S
    ) -> None:
        self.directory = experiment.path
        self._reporter = reporter
        self._told: set[Trouble] = set()
        self._index = PointIndex(
            experiment.path,
            home.cache_directory() / "points",
            lambda: shown_when_slow(reporter, f"indexing {experiment.cid}", patience_s),
        )

    @property
    def index(self) -> PointIndex:
        """For a question; troubles are told when it has been made ready for one."""
        for trouble in self._index.troubles():
            self.tell(trouble)
        return self._index

    @property
    def is_indexed(self) -> bool:
        """Whether a question is answered without reading all points first."""
        return self._index.is_made

    def tell(self, trouble: Trouble) -> None:
        if trouble not in self._told:
            self._told.add(trouble)
            self._reporter.warn(str(trouble))


@dataclass(frozen=True)
class Experiment:
    """The points of one experiment, or those of them for which ``where`` holds.

    It is what was recorded until now: points that others add are seen at the next question.

        >>> e = ck_core.experiment("my-test")
        >>> len(e), e[-1].metrics["wall_s"].value
        >>> fast = e.filter("compiler=gcc and wall_s<0.2").to_pandas()

    All methods raise StorageError where the points cannot be read.
    """

    component: Component
    source: Source
    where: Expression | None = None

    @property
    def name(self) -> str:
        return self.component.alias

    @property
    def cid(self) -> str:
        return self.component.cid

    @property
    def title(self) -> str:
        return self.component.title or self.name

    @property
    def points(self) -> list[Point]:
        """All of them, in the order they were recorded."""
        return list(self)

    def __len__(self) -> int:
        return self.source.index.count(self.where)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.found())

    @overload
    def __getitem__(self, place: int | str) -> Point: ...
    @overload
    def __getitem__(self, place: slice) -> list[Point]: ...
    def __getitem__(self, place: int | str | slice) -> Point | list[Point]:
        """By place, from 0, the last ones quickly where nothing is filtered; or as ``point``."""
        if isinstance(place, str):
            return self.point(place)
        if isinstance(place, int) and place < 0:
            newest = self.newest(-place)
            if len(newest) < -place:
                raise IndexError("there are not so many points")
            return newest[0]
        found = self.found()
        if isinstance(place, slice):
            return list(found.at(range(len(found))[place]))
        return next(iter(found.at([range(len(found))[place]])))

    def filter(self, condition: str) -> Experiment:
        """Those for which a condition holds: ``compiler=gcc and wall_s<200ms``.

        Raises:
            UsageError: it cannot be read, or no point has such a name.
        """
        if not isinstance(condition, str):
            raise UsageError(
                f"a filter is a text, not {condition!r:.60}", hint="write 'compiler=gcc'"
            )
        expression = parse_filter(condition)
        self.check_names(list(names_in(expression)))
        return self.narrowed(in_units(expression, set(self.names())))

    def narrowed(self, expression: Expression) -> Experiment:
        """``filter`` for a condition that is made of names known to exist."""
        both = All(parts=(self.where, expression)) if self.where else expression
        return replace(self, where=both)

    def found(self, order: Order = IN_FILE) -> FoundPoints:
        """All of them, sorted or limited; each is read when its turn comes, so a million may be."""
        return self.source.index.points(self.where, order)

    def newest(self, count: int) -> list[Point]:
        """The last so many, in the order they were recorded."""
        if self.where is None and not self.source.is_indexed:
            return newest_points(self.source.directory, count, self.source.tell)[::-1]
        return list(self.found(Order(limit=count, newest=True)))

    def select(self, names: Sequence[str], order: Order = IN_FILE) -> list[Row]:
        """UID and the values under some names, of every point; quick for a million."""
        return self.source.index.select(names, self.where, order)

    def names(self) -> list[str]:
        """Full names of all values that some point has, filtered or not: ``metrics.wall_s``."""
        return self.source.index.names()

    def names_found(self) -> list[str]:
        """Those that some of these points has, the filter heeded."""
        return self.source.index.names(self.where)

    def troubles(self) -> list[Trouble]:
        """Lines of the file that could not be read, and are left out."""
        return self.source.index.troubles()

    def point(self, uid: str) -> Point:
        """By UID, or by its beginning where no other begins so.

        Raises:
            ComponentNotFoundError: there is none.
            UsageError: there are several.
        """
        known = self.source.index.uids_beginning(uid)
        if not known:
            raise ComponentNotFoundError(
                f"{self.cid} has no point '{uid}'",
                hint=f"ckp show {self.cid} --columns uid,recorded_at lists them",
            )
        if len(known) > 1:
            raise UsageError(
                f"'{uid}' begins {len(known)} points of {self.cid}: {', '.join(known[:3])} ...",
                hint="write more digits",
            )
        return self.with_uids(known)[0]

    def with_uids(self, uids: Sequence[str]) -> list[Point]:
        """The points of these UIDs, in the given order, whatever is filtered."""
        return self.source.index.with_uids(uids)

    def check_names(self, asked: Sequence[str]) -> None:
        """Raises UsageError for a name that no point has; says the nearest that one has."""
        unknown = unknown_names(asked, self.names()) if asked else {}
        for name, nearest in unknown.items():
            raise UsageError(
                f"no point of {self.cid} has '{name}'",
                hint=f"did you mean {nearest}?" if nearest else f"ckp show {self.cid} --names",
            )

    def check_metrics(self, asked: Sequence[str]) -> None:
        """Likewise for metrics, without the group that their full names begin with."""
        known = [n.removeprefix(METRICS) for n in self.names() if n.startswith(METRICS)]
        for name, nearest in unknown_names(asked, known).items():
            most = ", ".join(one for one in known if not one.endswith((".low", ".high")))
            raise UsageError(
                f"no point of {self.cid} has a metric '{name}'",
                hint=f"{f'did you mean {nearest}? ' if nearest else ''}there are: {most or 'none'}",
            )

    def to_pandas(self) -> Any:
        """One row a point, one column a choice, feature and metric, and for interval bounds.

        Raises:
            UsageError: pandas is not installed.
        """
        from ck_core.experiments.reading.frames import frame_of  # noqa: PLC0415  # only who asks pays

        return frame_of(self)

    def repetitions_to_pandas(self) -> Any:
        """One row a repetition, with every raw value; raises as ``to_pandas``."""
        from ck_core.experiments.reading.frames import repetitions_frame  # noqa: PLC0415  # as above

        return repetitions_frame(self)

    def _repr_html_(self) -> str:
        from ck_core.experiments.reading.notebooks import experiment_html  # noqa: PLC0415  # as above

        return experiment_html(self)

    def __repr__(self) -> str:
        filtered = ", filtered" if self.where else ""
        return f"<{self.cid}: {len(self)} points{filtered}>"


def load_experiment(name: str | Cid, context: Context | None = None) -> Experiment:
    """By ``name``, ``experiment:name`` or ``repository:experiment:name``.

    Raises:
        ComponentNotFoundError: there is none.
        UsageError: the name is of another kind, or a pattern.
    """
    context = context or Context(_PythonWarnings())
    component = context.store.get(experiment_cid(name))
    return Experiment(component, Source(component, context.reporter))


class _PythonWarnings(SilentReporter):
    def warn(self, text: str) -> None:
        warnings.warn(text, stacklevel=2)


def experiment_cid(name: str | Cid) -> Cid:
    """Raises UsageError for another kind, for patterns, and for what is no name."""
    if not isinstance(name, (str, Cid)):
        raise UsageError(
            f"an experiment has a name, not {name!r:.60}", hint="ckp ls experiment lists them"
        )
    cid = name if isinstance(name, Cid) else _cid(name)
    if cid.kind != KIND or cid.is_pattern:
        raise UsageError(
            f"'{cid}' is not one experiment",
            hint="write experiment:NAME; ckp ls experiment lists them",
        )
    return cid


def repository_for(cid: Cid, context: Context) -> Repository:
    """Where a new experiment of that name goes: ``local``, or the repository that is named.

    Raises:
        ComponentNotFoundError: there is no such repository.
    """
    if cid.repository == "*":
        return context.local
    for one in context.repositories:
        if one.is_meant_by(cid.repository):
            return one
    raise ComponentNotFoundError(
        f"there is no repository '{cid.repository}'", hint="ckp ls repo lists what there is"
    )


def _cid(name: str) -> Cid:
    return parse_cid(name if ":" in name else f"{KIND}:{name}")

"""The typed Python interface to components and repositories: ``ck_core.Workspace``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ck_core.context import Context, Reporter, SilentReporter
from ck_core.domain.cid import Cid, is_pattern, parse_cid, parse_destination
from ck_core.domain.component import Component
from ck_core.domain.merging import merged, tag_list, without
from ck_core.domain.mistake import Mistake
from ck_core.domain.query import Query
from ck_core.errors import BadComponentError, ComponentNotFoundError, UsageError
from ck_core.store import editing
from ck_core.store.components import META_FILE
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from ck_core.system import home
from ck_core.system.files import format_json

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ck_core.domain.target import Target
    from ck_core.domain.tuning.parameter import Parameter
    from ck_core.experiments.measuring.measurements import BenchmarkOutcome
    from ck_core.store.doctor import Finding
    from ck_core.tuning.outcome import TuningOutcome
    from ck_core.tuning.prediction.evaluation import Row
    from ck_core.workspace.benchmarks import Settings
    from ck_core.workspace.tunings import Goal, Tuning

REPO = "repo"


class Workspace:
    """All repositories of this machine's user.

    ``Workspace().search("dataset", tags={"jpeg"})``, ``Workspace().get("program:sort").path``.
    Every method raises subclasses of ``ck_core.errors.CkpError``.
    """

    def __init__(self, reporter: Reporter | None = None, target: Target | None = None) -> None:
        self._reporter = reporter or SilentReporter()
        self.context = Context(self._reporter, target)

    def reopen(self) -> None:
        """Repositories have come or gone."""
        self.context = Context(self._reporter, self.context.target)

    @property
    def store(self) -> Store:
        return self.context.store

    def search(
        self,
        cid: str | Cid = "*",
        *,
        tags: Iterable[str] | str = (),
        text: str = "",
        where: Mapping[str, Any] | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[Component]:
        """Components by name, tags (``-tag`` excludes), words and an excerpt of the meta.

        Args:
            text: words that each occur in name or meta.
            where: as in ``{"run_vars": {"N": "1"}}``.
        """
        query = Query(
            cid=_cid(cid),
            tags=frozenset(tag_list(tags)),
            words=tuple(text.split()),
            where=where or {},
            newest_first=newest_first,
            limit=limit,
        )
        return self.find_all(query)

    def find_all(self, query: Query) -> list[Component]:
        """What a query matches; broken components are told to the reporter."""
        if query.cid.kind == REPO:
            return [_as_component(one) for one in self._repositories(query.cid)]
        before = len(self.store.problems)
        found = self.store.search(query)
        for problem in self.store.problems[before:]:
            self._reporter.warn(problem.message)
        return found

    def get(self, cid: str | Cid) -> Component:
        """The one component of that name."""
        wanted = _cid(cid)
        if wanted.kind == REPO:
            return _as_component(self.repository(wanted.name))
        return self.store.get(wanted)

    def get_all(self, cid: str | Cid) -> list[Component]:
        """All components of a pattern, or the one of a name; raises where there is none."""
        wanted = _cid(cid)
        found = self.search(wanted) if wanted.is_pattern else [self.get(wanted)]
        if not found:
            raise self.store.not_found(wanted)
        return found

    def add(
        self,
        cid: str | Cid,
        values: Mapping[str, Any] | None = None,
        *,
        tags: Sequence[str] | str = (),
        uid: str = "",
        title: str = "",
    ) -> Component:
        """A new component in ``local``, or in the repository that the Cid names."""
        new = _cid(cid)
        if new.kind == "*" or (is_pattern(new.name) and new.name != "*"):
            raise UsageError(f"'{new}' cannot be added", hint="write kind:name")
        all_values = merged({}, values or {})
        if title:  # searches read metas; CK's own place is written as well
            all_values["data_name"] = title
        if tagged := tag_list(tags):
            all_values = merged(all_values, {"tags": tagged})
        self._check_kind(new)
        repository = self.repository(_or(new.repository, "local"))
        editing.check_writable(repository, f"add {new}")
        name = _or(new.name, "")
        self._check(new.kind, all_values, repository.path / new.kind / name / META_FILE)
        return editing.add(
            repository,
            editing.NewComponent(
                kind=new.kind, alias=name, uid=uid, title=title, values=all_values
            ),
        )

    def update(
        self,
        cid: str | Cid,
        changes: Mapping[str, Any] | None = None,
        *,
        replace_all: bool = False,
        unset: Sequence[str] = (),
    ) -> Component:
        """Merges changes into a meta (tags are added, ``-tag`` takes one out)."""
        component = self._writable(cid, "change it")

        def change(values: Mapping[str, Any]) -> Mapping[str, Any]:
            new = dict(changes or {}) if replace_all else merged(values, changes or {})
            for key in unset:
                new = without(new, key)
            self._check(component.kind, new, component.meta_file)
            return new

        return editing.update(component, change)

    def remove(self, *cids: str | Cid) -> list[Component]:
        """All of them, or none where one may not be removed."""
        components = [self._writable(cid, "remove it") for cid in cids]
        for component in components:
            editing.remove(component)
        return components

    def copy(self, cid: str | Cid, target: str | Cid) -> Component:
        """A copy with a UID of its own."""
        component = self.get(cid)
        self._check_kind(Cid(component.kind))
        repository, kind, name = self._target(component, _destination(target))
        return editing.copy(component, repository, kind, name)

    def move(self, cid: str | Cid, target: str | Cid) -> Component:
        """The same component at another place."""
        component = self._writable(cid, "move it")
        repository, kind, name = self._target(component, _destination(target))
        return editing.move(component, repository, kind, name)

    def check(self, cid: str | Cid) -> list[Mistake]:
        """What is wrong with the metas of components: their keys, and a program's choices."""
        from ck_core.workspace.checking import mistakes_of  # noqa: PLC0415  # only who checks pays

        wanted = _cid(cid)
        found = self.get_all(wanted) if wanted.kind != "*" else self.search(wanted)
        return [mistake for one in found for mistake in mistakes_of(one, self.store)]

    def benchmark(
        self,
        program: str | Cid,
        *,
        compilers: Sequence[str] = (),
        flags: Sequence[str] = (),
        datasets: Sequence[str] = (),
        commands: Sequence[str] = (),
        targets: Sequence[str] = (),
        environment: Mapping[str, Sequence[str]] | None = None,
        options: Mapping[str, Sequence[object]] | None = None,
        dependencies: Mapping[str, Sequence[str]] | None = None,
        launcher: str = "local",
        launcher_options: Mapping[str, Sequence[object]] | None = None,
        record: str | Cid = "",
        tags: Sequence[str] = (),
        **settings: Unpack[Settings],
    ) -> BenchmarkOutcome:
        """Every combination of the values, built and measured in random blocks.

        A variant that fails is a measurement with an ``error``.

        Args:
            flags: a text each, such as ``-O3 -march=native``.
            options: of the program's own, name to values: ``{"framework": ["tflite@2.14"]}``.
            dependencies: requirement's key to what it may be met by, as ``--deps.KEY`` takes it.
            launcher: who executes; ``launcher_options`` what it is told, name to values.
            record: the experiment to keep points in.
            settings: ``repetitions``, ``precision``, ``max_time_s``, ``max_repetitions``,
                ``seed`` and others of ``ck_core.domain.options.BenchmarkOptions``.
        """
        from ck_core.experiments.measuring.benchmark import benchmark  # noqa: PLC0415  # as above
        from ck_core.workspace.benchmarks import benchmark_options  # noqa: PLC0415  # as above

        asked = benchmark_options(
            _cid(program),
            compilers=compilers,
            flags=flags,
            datasets=datasets,
            commands=commands,
            targets=targets,
            environment=environment or {},
            options=options or {},
            dependencies=dependencies or {},
            launcher=launcher,
            launcher_options=launcher_options or {},
            record=record,
            tags=tags,
            settings=settings,
        )
        outcome = benchmark(asked, self.context)
        if outcome.interrupted:
            raise KeyboardInterrupt
        return outcome

    def autotune(self, program: str | Cid, **options: Unpack[Tuning]) -> TuningOutcome:
        """Searches for a faster, smaller or less hungry variant; every trial is recorded.

        Args:
            options: by name, all of them: see ``ck_core.workspace.tunings.Tuning``.

        Raises:
            UsageError: a name or a value cannot be meant, or there is nothing to vary.
            CkpError: the program does not work as it is.
            KeyboardInterrupt: ``resume_tuning`` goes on.
        """
        from ck_core.tuning.autotune import autotune  # noqa: PLC0415  # as above
        from ck_core.workspace.tunings import asked_tuning  # noqa: PLC0415  # as above

        found = asked_tuning(_cid(program), options, self.context)
        return _ended(autotune(found, self.context))

    def resume_tuning(
        self, experiment: str | Cid, *, trust: bool = False, **budget: Unpack[Goal]
    ) -> TuningOutcome:
        """The latest search of an experiment goes on, with another budget if one is given.

        Args:
            trust: flags and variables that may run other things are used as well.
        """
        from ck_core.tuning.autotune import resumed  # noqa: PLC0415  # as above
        from ck_core.workspace.tunings import budget_changed  # noqa: PLC0415  # as above

        changed = budget_changed(budget)
        return _ended(resumed(_cid(experiment), changed, self.context, trusted=trust))

    def predict_tuning(
        self, program: str | Cid, model: str = "nearest", **options: Unpack[Tuning]
    ) -> TuningOutcome:
        """Measures what searches of other programs suggest, without one.

        Args:
            model: ``nearest``, ``tree``, ``svm`` or ``forest``.
            options: as of ``autotune``.
        """
        from ck_core.tuning.prediction.predicting import predicted  # noqa: PLC0415  # as above
        from ck_core.workspace.tunings import asked_tuning, check_model  # noqa: PLC0415  # as above

        check_model(model)
        found = asked_tuning(_cid(program), options, self.context)
        return predicted(found, model, self.context)

    def evaluate_predictions(
        self,
        programs: str | Cid = "program:*",
        models: Sequence[str] = ("nearest",),
        **options: Unpack[Tuning],
    ) -> list[Row]:
        """What predictions would have gained: each program's from the searches of all others.

        Args:
            programs: a pattern, of those whose searches are recorded.
            options: as of ``autotune``; runs are recorded in ``evaluate-predictions``.

        Raises:
            UsageError: a name or a value cannot be meant, or no searches are recorded.
        """
        from ck_core.workspace.predictions import evaluate  # noqa: PLC0415  # as above

        return evaluate(_cid(programs), models, options, self.context)

    def tunable(self, program: str | Cid, **options: Unpack[Tuning]) -> list[Parameter]:
        """What ``autotune`` would vary with these options; nothing is built."""
        from ck_core.tuning.spaces import chosen_parameters, session_for  # noqa: PLC0415  # as above
        from ck_core.workspace.tunings import asked_tuning  # noqa: PLC0415  # as above

        found = asked_tuning(_cid(program), options, self.context)
        return chosen_parameters(session_for(found, self.context), found)

    def mend(self) -> list[Finding]:
        """Mends what interruptions left in the user's repositories and in ckp's own folders."""
        from ck_core.store.doctor import (  # noqa: PLC0415  # as above
            examine,
            remove_abandoned,
            remove_abandoned_runs,
        )

        findings = list(remove_abandoned(home.repositories_directory()))
        findings += remove_abandoned(home.cache_directory())
        findings += remove_abandoned_runs(self.context.runs_directory)
        findings += remove_abandoned(self.context.builds_directory)
        findings += remove_abandoned(self.context.tools_directory)
        for repository in self.repositories():
            if repository.writable:
                findings += examine(repository)
        return findings

    def repositories(self) -> list[Repository]:
        return self.context.repositories

    def repository(self, alias: str) -> Repository:
        """By alias or UID."""
        for one in self.repositories():
            if one.is_meant_by(alias):
                return one
        self.context.registry.check_gone(alias)
        raise ComponentNotFoundError(
            f"there is no repository '{alias}'", hint="ckp ls repo lists what there is"
        )

    def repository_of(self, component: Component) -> Repository:
        return self.repository(component.repository)

    def _repositories(self, cid: Cid) -> list[Repository]:
        return [one for one in self.repositories() if one.is_meant_by(cid.name)]

    def _check_kind(self, cid: Cid) -> None:
        """Repositories are not kept like components, and are no kinds."""
        if cid.kind == REPO:
            raise UsageError(
                "repositories are added, pulled and removed as wholes", hint="ckp help repo"
            )
        if cid.repository == "*" and any(one.alias == cid.kind for one in self.repositories()):
            raise UsageError(
                f"'{cid.kind}' is a repository, not a kind",
                hint=f"did you mean {cid.kind}:{cid.name}:NAME?",
            )

    def _writable(self, cid: str | Cid, why: str) -> Component:
        component = self.get(cid)
        self._check_kind(Cid(component.kind))
        editing.check_writable(self.repository_of(component), why)
        return component

    def _target(self, component: Component, target: Cid) -> tuple[Repository, str, str]:
        """What is left out of a target stays as it is; a copy of what is read-only gets local."""
        self._check_kind(target)
        own = self.repository_of(component)
        default = own if own.writable else self.context.local
        repository = default if target.repository == "*" else self.repository(target.repository)
        return repository, _or(target.kind, component.kind), _or(target.name, component.alias)

    def _check(self, kind: str, values: Mapping[str, Any], file: Path) -> None:
        from ck_core.store.schemas import check_meta  # noqa: PLC0415  # as above

        found = check_meta(kind, format_json(dict(values)), str(file))
        mistakes = [one for one in found if not one.is_missing]  # a new one may be unfinished
        if mistakes:
            raise BadComponentError(
                f"this would be no {kind}: {mistakes[0]}",
                hint="correct that value; nothing was changed",
                details="\n".join(map(str, mistakes[1:])),
            )


def _cid(cid: str | Cid) -> Cid:
    return cid if isinstance(cid, Cid) else parse_cid(cid)


def _destination(cid: str | Cid) -> Cid:
    return cid if isinstance(cid, Cid) else parse_destination(cid)


def _or(part: str, default: str) -> str:
    """A part of a Cid, or what it is when it was left out."""
    return default if part == "*" else part


def _as_component(repository: Repository) -> Component:
    """Repositories are listed and found as components of kind ``repo``."""
    values = {
        **repository.description,
        "path": str(repository.path),
        "origin": repository.origin,
        "writable": repository.writable,
    }
    return Component(
        repository="local",
        kind=REPO,
        alias=repository.alias,
        uid=repository.uid,
        path=repository.path,
        values=values,
        title=str(values.get("data_name", "")),
    )


def _ended(outcome: TuningOutcome) -> TuningOutcome:
    """Raises KeyboardInterrupt where somebody has interrupted it; it can be resumed."""
    if outcome.interrupted:
        raise KeyboardInterrupt
    return outcome

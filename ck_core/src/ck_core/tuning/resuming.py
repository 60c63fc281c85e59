"""What an earlier run of a search found, so that nothing of it is measured again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ck_core.analysis.tuning_ending import told_by
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.lock import Lock
from ck_core.domain.metric import Metric
from ck_core.domain.options import RecordOptions
from ck_core.domain.point import Point
from ck_core.domain.program import parse_program
from ck_core.domain.target import parse_target_name
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.domain.tuning.strategy import Trial
from ck_core.errors import BadComponentError, UsageError
from ck_core.experiments.replay.rebuilding import lock_of_point
from ck_core.store.experiments.experiments import KIND
from ck_core.store.experiments.reading import read_points
from ck_core.tuning.memory import Finding
from ck_core.tuning.recorded_finals import Finalists, recorded_finals
from ck_core.tuning.recorded_space import RecordedSpace
from ck_core.tuning.recorded_trials import RecordedTrials, read_trial
from ck_core.tuning.same_files import check_same_files
from ck_core.tuning.settings import read_settings, searches_in

_WALL = "wall_s"


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A search that was begun.

    Attributes:
        options: as it was asked for, with the compilers that it was resolved to.
        space: what it varied; None where it has yet to begin.
        starts: what it began with.
        target: name of the machine that it is for; empty is the one ckp runs on.
        findings: by configuration.
        metrics: by point.
        spent_s: of its time budget.
        first_s: what runs of the program as it is took.
        finals: recorded behind all trials; empty where it did not get so far.
    """

    uid: str
    options: TuningOptions
    findings: Mapping[object, Finding] = field(default_factory=dict)
    space: RecordedSpace | None = None
    starts: tuple[Configuration, ...] = ()
    target: str = ""
    metrics: Mapping[str, Mapping[str, Metric]] = field(default_factory=dict)
    spent_s: float = 0.0
    first_s: tuple[float, ...] = ()
    finals: Sequence[Finalists] = ()


def find_search(cid: Cid, context: Context) -> Component:
    """The experiment; raises UsageError, ComponentNotFoundError."""
    if cid.kind != KIND or cid.name == "*":
        raise UsageError(
            f"--resume goes on with an experiment, not with '{cid}'",
            hint="ckp autotune --resume experiment:tune-NAME; ckp ls experiment lists them",
        )
    return context.store.get(cid)


def earlier_search(experiment: Component, context: Context, uid: str = "") -> Earlier:
    """The search of that UID, else the latest one; nothing of it is run.

    Points that somebody has edited into nonsense are told of.

    Raises:
        UsageError: no search was recorded there, or the program is not what it was.
        BadComponentError: how it was asked for cannot be read, or used.
    """
    settings = read_settings(experiment.path, uid or _latest(experiment))
    context = for_target(settings.target, context)
    options = _recorded_in(experiment, settings.options)
    points = [*_points(experiment, settings.uid, context)]
    trials = _trials(points, options, context)
    return Earlier(
        uid=settings.uid,
        options=_locked(options, trials.points, context),
        space=settings.space,
        starts=settings.starts,
        target=settings.target,
        findings={key_of(one.trial.configuration): one for one in trials.findings},
        metrics={one.uid: one.metrics for one in trials.points},
        spent_s=trials.spent_s,
        first_s=_first_s(trials),
        finals=recorded_finals(_behind_trials(points), options.objectives),
    )


def _trials(points: Sequence[Point], options: TuningOptions, context: Context) -> RecordedTrials:
    """Raises UsageError: the program is not what it was."""
    trials = RecordedTrials(options.objectives, options.constraints)
    for point in filter(_is_trial, points):
        trials.add(point)
    check_same_files(trials, options.run.build.program, context)
    trials.tell(context.reporter.warn)
    return trials


def for_target(name: str, context: Context) -> Context:
    """For the machine that a search was for; raises UsageError."""
    if not name or context.target:
        return context
    return Context(context.reporter, parse_target_name(name))


def _recorded_in(experiment: Component, options: TuningOptions) -> TuningOptions:
    """Where it lies, whatever its settings say: nobody is made to write elsewhere."""
    cid = Cid(KIND, experiment.alias, experiment.repository)
    record = RecordOptions(experiment=cid, command_line=options.record.command_line)
    return replace(options, record=record)


def _latest(experiment: Component) -> str:
    known = searches_in(experiment.path)
    if not known:
        raise UsageError(
            f"no search was recorded in {experiment.full_cid}",
            hint="ckp autotune program:NAME begins one",
        )
    return known[-1]


def _points(experiment: Component, uid: str, context: Context) -> Iterator[Point]:
    """Its trials and last runs; lines that cannot be read are told of."""
    for point in read_points(experiment.path, lambda one: context.reporter.warn(str(one))):
        told = told_by(point)
        if told and told.uid == uid:
            yield point


def _is_trial(point: Point) -> bool:
    return "trial" in point.extra


def _first_s(trials: RecordedTrials) -> tuple[float, ...]:
    first = next((one.point for one in trials.findings if not one.trial.configuration), "")
    found = (one.characteristics.get(_WALL, ()) for one in trials.points if one.uid == first)
    return tuple(value for values in found for value in values if value > 0)


def _behind_trials(points: Sequence[Point]) -> Sequence[Point]:
    last = max((at for at, one in enumerate(points) if _is_trial(one)), default=-1)
    return points[last + 1 :]


def trials_of(experiment: Component, uid: str, context: Context) -> list[Trial]:
    """What a search tried, in its order; what cannot be read is left out."""
    points = filter(_is_trial, _points(experiment, uid, context))
    return [trial for one in points if (trial := _trial(one))]


def _trial(point: Point) -> Trial | None:
    try:
        return read_trial(point).trial
    except BadComponentError:
        return None


def _locked(options: TuningOptions, points: Sequence[Point], context: Context) -> TuningOptions:
    """With exactly what its trials were built with."""
    lock = _lock(options, points, context)
    if lock is None:
        return options
    build = options.run.build
    build = replace(build, policy=replace(build.policy, lock=lock))
    return replace(options, run=replace(options.run, build=build))


def _lock(options: TuningOptions, points: Sequence[Point], context: Context) -> Lock | None:
    resolved = next((one for one in points if one.resolved), None)
    if resolved is None:
        return None
    program = parse_program(context.store.get(options.run.build.program))
    return lock_of_point(resolved, program, context)

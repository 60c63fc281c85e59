"""Replay: a recorded point is built and run again, and judged against what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ck_core.analysis.environment_diff import Difference, Likelihood, differences
from ck_core.analysis.reproduction import Reproduction
from ck_core.context import Context
from ck_core.domain.component import Component
from ck_core.domain.options import FREE, RecordOptions, ResolvePolicy
from ck_core.domain.point import Point
from ck_core.errors import (
    BuildError,
    CkpError,
    RunError,
    RunTimeoutError,
    StorageError,
    WrongOutputError,
)
from ck_core.experiments.measuring.lanes import Contexts
from ck_core.experiments.measuring.measurements import Measurement
from ck_core.experiments.recording.recording import Recorder
from ck_core.experiments.replay.circumstances import Circumstances, circumstances, is_same_machine
from ck_core.experiments.replay.rebuilding import rebuilding
from ck_core.experiments.replay.recorded_launcher import Places
from ck_core.experiments.replay.replay_points import Selection, chosen_points, replay_note
from ck_core.experiments.replay.replay_sessions import (
    Pace,
    Prepared,
    measured,
    prepared,
    sessions_of,
)
from ck_core.experiments.replay.trust import check_harmless
from ck_core.experiments.replay.verdicts import (
    USUAL,
    MetricVerdict,
    Terms,
    check_names,
    metric_verdicts,
    overall,
)

_FIRST_METRICS = ("correct", "wall_s")
"""Whose change is explained before others'."""
_OF_THE_PROGRAM = (BuildError, RunError, RunTimeoutError, WrongOutputError)
"""Other errors say nothing of it: a tool, a device or a launcher is missing."""


@dataclass(frozen=True, kw_only=True)
class ReplayOptions:
    """How points are replayed.

    Attributes:
        policy: whether things may be installed.
        trusted: flags and variables that may run other things are given to compiler and program
            all the same.
        record: where replays are kept as points of their own; None keeps nothing.
    """

    selection: Selection = field(default_factory=Selection)
    terms: Terms = USUAL
    pace: Pace = field(default_factory=Pace)
    policy: ResolvePolicy = FREE
    trusted: bool = False
    record: RecordOptions | None = None


@dataclass(frozen=True, kw_only=True)
class Replay:
    """One point, recorded and replayed.

    Attributes:
        replayed: None where it could not be run at all.
        reason: what it failed of, as a sentence; empty where metrics were judged.
        hint: what to do about that; empty where nobody knows.
        substitutions: what could not be had as it was recorded, a sentence each.
        metrics: the verdict of each, those that decide first.
        differences: of the environments, the likeliest cause of the first change first.
        unknown: facts of the environment that only one of the two tells.
        recorded_as: UID of the point that the replay became; empty where none was recorded.
    """

    recorded: Point
    verdict: Reproduction
    replayed: Point | None = None
    reason: str = ""
    hint: str = ""
    substitutions: tuple[str, ...] = ()
    metrics: tuple[MetricVerdict, ...] = ()
    differences: tuple[Difference, ...] = ()
    unknown: tuple[str, ...] = ()
    recorded_as: str = ""

    @property
    def same_machine(self) -> bool | None:
        """None where one of the two does not say."""
        return is_same_machine(self.recorded, self.replayed) if self.replayed else None

    @property
    def cause(self) -> Difference | None:
        """The likeliest explanation of a change; None where nothing changed or explains it."""
        if self.verdict is not Reproduction.CHANGED:
            return None
        possible = (one for one in self.differences if one.likelihood is not Likelihood.IMPOSSIBLE)
        return next(possible, None)


def replay(experiment: Component, options: ReplayOptions, context: Context) -> Iterator[Replay]:
    """Session by session: what was measured in turn is measured in turn again.

    A point that cannot be replayed, or fails, stops no other.

    Raises:
        ComponentNotFoundError, UsageError: there is nothing that could be replayed.
        StorageError: the disk is full.
        KeyboardInterrupt: after Ctrl-C, when what was measured before it has been given.
    """
    points = chosen_points(experiment, options.selection, context)
    check_names(points, options.terms)
    recorder = Recorder.of(options.record, context) if options.record else None
    worker = _Worker(options, Contexts(context.for_host()), recorder, experiment.cid)
    return worker.all_replays(sessions_of(points))


def verdict_of(replays: Sequence[Replay]) -> Reproduction:
    """Of all points together."""
    return overall(one.verdict for one in replays)


class _Worker:
    """Args: experiment: its cid, for commands that people may type."""

    def __init__(
        self, options: ReplayOptions, contexts: Contexts, recorder: Recorder | None, experiment: str
    ) -> None:
        self._options = options
        self._contexts = contexts
        self._recorder = recorder
        self._experiment = experiment
        self._places = Places(contexts, options.pace.timeout_s)

    def all_replays(self, sessions: Sequence[Sequence[Point]]) -> Iterator[Replay]:
        """Tells how far it is; raises as ``replay``."""
        before, total = 0, sum(map(len, sessions))
        for session in sessions:
            if total > 1:
                reporter = self._contexts.of(None).reporter
                reporter.note(f"replaying {_numbers(before, len(session))} of {total} points")
            yield from self._replays(session)
            before += len(session)

    def _replays(self, session: Sequence[Point]) -> Iterator[Replay]:
        """When all of them have been measured; raises StorageError, KeyboardInterrupt."""
        attempts = [self._prepared(point) for point in session]
        ready = [one for one in attempts if isinstance(one, Prepared)]
        found = measured(ready, self._options.pace, self._contexts.of(None))
        for one in attempts:
            if isinstance(one, Replay):
                yield one
            elif measurement := found.of.get(one.point.uid):
                yield self._kept(self._judged(one, measurement, found.notes))
        if found.interrupted:
            raise KeyboardInterrupt

    def _prepared(self, point: Point) -> Prepared | Replay:
        """What is to be run; the verdict already, where nothing can be. Raises StorageError."""
        try:
            if not self._options.trusted:
                check_harmless(point, self._experiment)
            place = self._places.of(point)
            context = self._contexts.of(place.target)
            trusted = self._options.trusted
            found = rebuilding(point, self._options.policy, context, trusted=trusted)
            return prepared(point, place, found, self._options.pace)
        except StorageError:
            raise
        except CkpError as error:
            return _impossible(point, error)

    def _judged(self, one: Prepared, measurement: Measurement, notes: tuple[str, ...]) -> Replay:
        point, told = one.point, (*one.told, *_cut_short(measurement), *notes)
        new = _with_compiler(measurement.point, one.compiler)
        around = circumstances(point, new)
        if measurement.error:
            return _failed(point, new, measurement.error, around, told)
        metrics = metric_verdicts(point, new, around, self._options.terms)
        return Replay(
            recorded=point,
            replayed=new,
            verdict=overall(found.verdict for found in metrics if found.counts),
            substitutions=told,
            metrics=metrics,
            differences=differences(around.before, around.after, metric=_explained(metrics)),
            unknown=around.unknown,
        )

    def _kept(self, one: Replay) -> Replay:
        if self._recorder is None or one.replayed is None:
            return one
        notes = (replay_note(one.recorded), *one.substitutions, *one.replayed.notes)
        typed = self._recorder.options.command_line
        point = replace(
            one.replayed,
            replay_of=one.recorded.uid,
            place=one.recorded.place,
            notes=notes,
            command_line=typed,
        )
        self._recorder.keep(point)
        return replace(one, replayed=point, recorded_as=point.uid)


def _numbers(before: int, count: int) -> str:
    return f"{before + 1}" if count == 1 else f"{before + 1} to {before + count}"


def _cut_short(measurement: Measurement) -> Iterator[str]:
    if measurement.error is None and measurement.stop is None:
        count = len(measurement.point.characteristics.get("wall_s", ()))
        yield f"interrupted after {count} repetitions: judged by those"


def _with_compiler(point: Point, compiler: str) -> Point:
    """Of what did not build nothing was resolved, but what was to build it is known."""
    if not compiler or "compiler" in point.choices:
        return point
    return replace(point, choices={**point.choices, "compiler": compiler})


def _impossible(point: Point, error: CkpError) -> Replay:
    verdict = Reproduction.CANNOT_TELL
    return Replay(recorded=point, verdict=verdict, reason=error.message, hint=error.hint)


def _failed(
    point: Point, new: Point, error: CkpError, around: Circumstances, told: tuple[str, ...]
) -> Replay:
    """It ended well when it was recorded."""
    left_open = not isinstance(error, _OF_THE_PROGRAM)
    return Replay(
        recorded=point,
        replayed=new,
        verdict=Reproduction.CANNOT_TELL if left_open else Reproduction.CHANGED,
        reason=error.message,
        substitutions=told,
        differences=differences(around.before, around.after, metric=_FIRST_METRICS[0]),
        unknown=around.unknown,
    )


def _explained(metrics: Sequence[MetricVerdict]) -> str:
    """The metric whose change the order of the differences explains."""
    changed = [one.metric for one in metrics if one.counts and _has_changed(one)]
    changed += [one.metric for one in metrics if _has_changed(one)]
    first = (name for name in _FIRST_METRICS if name in changed)
    return next(first, changed[0] if changed else _FIRST_METRICS[1])


def _has_changed(one: MetricVerdict) -> bool:
    return one.verdict is Reproduction.CHANGED

"""Replay: a recorded point is built and run again, and judged against what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ck_core.analysis.environment_diff import Difference, Likelihood, differences
from ck_core.analysis.reproduction import Reproduction
from ck_core.context import Context
from ck_core.domain.component import Component
from ck_core.domain.options import FREE, BenchmarkOptions, RecordOptions, ResolvePolicy
from ck_core.domain.point import Point
from ck_core.errors import CkpError, InstallError, StorageError, UnresolvedError
from ck_core.experiments.benchmark import benchmark
from ck_core.experiments.circumstances import Circumstances, circumstances, is_same_machine
from ck_core.experiments.lanes import Contexts
from ck_core.experiments.measurements import Measurement
from ck_core.experiments.rebuilding import Rebuilding, rebuilding, replay_target
from ck_core.experiments.recorded_choices import pin_of
from ck_core.experiments.recording import Recorder
from ck_core.experiments.replay_points import Selection, chosen_points, replay_note
from ck_core.experiments.verdicts import (
    USUAL,
    MetricVerdict,
    Terms,
    check_names,
    metric_verdicts,
    overall,
)

_FIRST_METRICS = ("correct", "wall_s")
"""Whose change is explained before others'."""
_LEFT_OPEN = (UnresolvedError, InstallError)
"""What says nothing of the program."""


@dataclass(frozen=True, kw_only=True)
class ReplayOptions:
    """How points are replayed.

    Attributes:
        repetitions: of each; None as many as were recorded.
        precision: measures until the medians are known so well, whatever was recorded; None
            counts repetitions.
        max_time_s: of one point, with ``precision``.
        policy: whether things may be installed.
        record: where replays are kept as points of their own; None keeps nothing.
    """

    selection: Selection = field(default_factory=Selection)
    terms: Terms = USUAL
    repetitions: int | None = None
    precision: float | None = None
    max_time_s: float = 60.0
    warmups: int = 1
    timeout_s: float = 600.0
    policy: ResolvePolicy = FREE
    record: RecordOptions | None = None


@dataclass(frozen=True, kw_only=True)
class Replay:
    """One point, recorded and replayed.

    Attributes:
        replayed: None where it could not be run at all.
        reason: what it failed of, as a sentence; empty where metrics were judged.
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
    """Point by point; a point that cannot be replayed stops no other.

    Raises:
        ComponentNotFoundError, UsageError: there is nothing that could be replayed.
        StorageError: the disk is full.
    """
    points = chosen_points(experiment, options.selection, context)
    check_names(points, options.terms)
    recorder = Recorder.of(options.record, context) if options.record else None
    worker = _Worker(options, Contexts(context.for_host()), recorder)
    return (worker.replay(one) for one in points)


def verdict_of(replays: Sequence[Replay]) -> Reproduction:
    """Of all points together."""
    return overall(one.verdict for one in replays)


class _Worker:
    def __init__(
        self, options: ReplayOptions, contexts: Contexts, recorder: Recorder | None
    ) -> None:
        self._options = options
        self._contexts = contexts
        self._recorder = recorder

    def replay(self, point: Point) -> Replay:
        """Raises StorageError."""
        target, told = replay_target(point, self._contexts.of(None))
        context = self._contexts.of(target)
        try:
            found = rebuilding(point, self._options.policy, context)
            measured, notes = self._measured(point, found, context)
        except StorageError:
            raise
        except CkpError as error:
            return _impossible(point, error)
        told_all = tuple(filter(None, (told, *found.substitutions, *notes)))
        return self._kept(self._judged(point, measured, found, told_all))

    def _measured(
        self, point: Point, found: Rebuilding, context: Context
    ) -> tuple[Measurement, tuple[str, ...]]:
        """And what is to be said of how it was measured; raises CkpError, KeyboardInterrupt."""
        wanted = self._options
        run = replace(found.options, warmups=wanted.warmups, timeout_s=wanted.timeout_s)
        count = wanted.repetitions or (None if wanted.precision else run.repetitions)
        options = BenchmarkOptions(
            run=run,
            level=run.build.level,
            repetitions=count,
            precision=wanted.precision or BenchmarkOptions.precision,
            max_time_s=wanted.max_time_s,
            calibrated=False,
            pin=pin_of(point),
        )
        outcome = benchmark(options, context)
        if outcome.interrupted or not outcome.measurements:
            raise KeyboardInterrupt
        return outcome.measurements[0], outcome.notes

    def _judged(
        self, point: Point, measured: Measurement, found: Rebuilding, told: tuple[str, ...]
    ) -> Replay:
        new = _with_compiler(measured.point, found.compiler)
        around = circumstances(point, new)
        if measured.error:
            return _failed(point, new, measured.error, around, told)
        metrics = metric_verdicts(point, new, around, self._options.terms)
        return Replay(
            recorded=point,
            replayed=new,
            verdict=overall(one.verdict for one in metrics if one.counts),
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
        point = replace(one.replayed, notes=notes, command_line=typed)
        self._recorder.keep(point)
        return replace(one, replayed=point, recorded_as=point.uid)


def _with_compiler(point: Point, compiler: str) -> Point:
    """Of what did not build nothing was resolved, but what was to build it is known."""
    if not compiler or "compiler" in point.choices:
        return point
    return replace(point, choices={**point.choices, "compiler": compiler})


def _impossible(point: Point, error: CkpError) -> Replay:
    reason = f"{error.message}; {error.hint}" if error.hint else error.message
    return Replay(recorded=point, verdict=Reproduction.CANNOT_TELL, reason=reason)


def _failed(
    point: Point, new: Point, error: CkpError, around: Circumstances, told: tuple[str, ...]
) -> Replay:
    """It ended well when it was recorded."""
    left_open = isinstance(error, _LEFT_OPEN)
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

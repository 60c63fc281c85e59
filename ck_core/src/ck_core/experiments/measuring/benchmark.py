"""Variants built, measured beside each other, judged and recorded."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ck_core.analysis.stopping import Rule
from ck_core.context import Context
from ck_core.domain.machine.cpu_list import format_cpu_list
from ck_core.domain.metric import WALL
from ck_core.domain.names import new_uid
from ck_core.domain.options import BenchmarkOptions
from ck_core.domain.point import Point, Scalar
from ck_core.domain.program import parse_program
from ck_core.domain.run import RunSession
from ck_core.errors import (
    BuildError,
    CkpError,
    InstallError,
    StorageError,
    UnresolvedError,
    UsageError,
)
from ck_core.experiments.measuring.asked import asked_for
from ck_core.experiments.measuring.builds import Builds
from ck_core.experiments.measuring.calibrating import calibrated, with_repeat
from ck_core.experiments.measuring.features import features_of
from ck_core.experiments.measuring.jobs import check_jobs
from ck_core.experiments.measuring.keeping import Keeper
from ck_core.experiments.measuring.lanes import Contexts, Lane
from ck_core.experiments.measuring.measurements import BenchmarkOutcome, measurements
from ck_core.experiments.measuring.pinned import pinned
from ck_core.experiments.measuring.series import Series
from ck_core.experiments.measuring.sessions import Session, stage_of
from ck_core.experiments.measuring.time_left import most_time
from ck_core.experiments.measuring.timing import check_metric
from ck_core.experiments.measuring.variants import Variant, variants_of
from ck_core.experiments.measuring.why_stopped import Bounds, how_interrupted, why_stopped
from ck_core.experiments.recording.point_making import SessionFacts, point_of
from ck_core.experiments.recording.recording import Recorder
from ck_core.stages.monitors import check_monitors
from ck_core.system.machine import detect_machine
from ck_core.system.measuring import measuring_session
from ck_core.system.pinning import ChosenCpus

_OF_A_BUILD = (BuildError, InstallError, UnresolvedError)


def benchmark(options: BenchmarkOptions, context: Context) -> BenchmarkOutcome:
    """Builds all variants, then measures them in random blocks.

    A variant that fails is a failed point, and the others go on. Each point is on the disk, where
    that was asked for, as soon as nothing more is measured of it; after Ctrl-C so are those that
    were begun. Where a disk is full, what was measured is answered, with the ``problem``.

    Raises:
        UsageError, ComponentNotFoundError, BadComponentError: what is asked for is impossible.
        StorageError: a disk is full, and nothing was measured before.
    """
    options = _checked(options, context)
    recorder = Recorder.of(options.record, context) if options.record else None
    options, cpus = pinned(options)
    return _measured(_Work(options, context, recorder, cpus), variants_of(options, context))


def measure_variants(
    variants: Sequence[Variant], options: BenchmarkOptions, context: Context, cpus: ChosenCpus
) -> BenchmarkOutcome:
    """As ``benchmark``, of variants that somebody else has made; nothing is recorded.

    Whatever is wrong with one of them is its failure alone.

    Args:
        options: how they are measured; ``run`` and ``variation`` have no say.
        cpus: those that the variants' own options are pinned to.

    Raises:
        StorageError: a disk is full.
    """
    options = replace(options, metric=options.metric or WALL)
    outcome = _measured(_Work(options, context, None, cpus, tolerant=True), variants)
    if outcome.problem:
        raise outcome.problem
    return outcome


def _measured(work: _Work, variants: Sequence[Variant]) -> BenchmarkOutcome:
    ended: BaseException | None = None
    unrecorded: CkpError | None = None
    try:
        work.build(variants)
        work.measure()
    except (KeyboardInterrupt, StorageError) as error:
        if not work.has_values:
            raise
        ended = error
    finally:
        unrecorded = work.close()
    problem = ended if isinstance(ended, CkpError) else unrecorded
    return work.outcome(interrupted=isinstance(ended, KeyboardInterrupt), problem=problem)


def _checked(options: BenchmarkOptions, context: Context) -> BenchmarkOptions:
    """With the time that the program is judged by, where none is named."""
    program = parse_program(context.store.get(options.run.build.program))
    options = replace(options, metric=options.metric or program.metric)
    check_metric(options.metric)
    check_monitors(options.run.monitors, context)
    check_jobs(options.jobs, options.run.launcher, context)
    if options.run.record_reference:
        raise UsageError(
            "a reference is not recorded while points are",
            hint=f"ckp run {options.run.build.program} --record-reference, then record points",
        )
    return options


@dataclass
class _Work:
    """One call of ``benchmark``."""

    options: BenchmarkOptions
    context: Context
    recorder: Recorder | None
    cpus: ChosenCpus
    tolerant: bool = False
    series: list[Series] = field(default_factory=list)
    points: dict[int, Point] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)

    def __post_init__(self) -> None:
        seed = self.options.seed
        record = self.options.record
        self.contexts = Contexts(self.context)
        self.builds = Builds(self.contexts)
        self.notes += [self.cpus.note] if self.cpus.note else []
        self.keeper = Keeper(self.recorder, self.context.reporter)
        self.bounds = Bounds(rule=self._rule(), repetitions=self.options.repetitions)
        self.session = SessionFacts(
            uid=new_uid(),
            seed=secrets.randbelow(1 << 31) if seed is None else seed,
            features={**features_of(detect_machine()), **_pinned(self.cpus)},
            command_line=record.command_line if record else (),
        )

    @property
    def has_values(self) -> bool:
        return any(one.judged for one in self.series)

    def build(self, variants: Sequence[Variant]) -> None:
        """All files are looked at before: they may be edited while the first variant is built."""
        self.series = [
            Series(variant=one, place=place, metric=self.options.metric)
            for place, one in enumerate(variants)
        ]
        for one in self.series:
            with self._failing(one, build=True):
                self._look_at(one)
        for one in self.series:
            if not one.error:
                with self._failing(one, build=True):
                    one.ready = self.builds.of(one.variant)

    def _look_at(self, one: Series) -> None:
        one.asked = asked_for(one.variant, self.contexts.of(one.variant.target))
        for component in one.asked.components:
            self.session.watched(component)

    def measure(self) -> None:
        """Of what was built; one launcher serves all, so that each run finds the same state."""
        with measuring_session() as launcher:
            self._open(launcher)
            if not self.lanes:
                return
            session = Session(
                self.lanes,
                rule=self.bounds.rule,
                repetitions=self.options.repetitions,
                seed=self.session.seed,
                jobs=self.options.jobs,
                finished=self._finish,
            )
            with self.context.reporter.progress(self._title()) as tell:
                session.run(tell)

    def _open(self, launcher: RunSession) -> None:
        sound = [one for one in self.series if one.ready]
        found = calibrated(sound, self.options, self.contexts, launcher)
        self.notes += [found.note] if found.note else []
        if found.repeat:
            self.bounds = replace(self.bounds, calibration_s=self.options.calibration_s)
        for one in self.series:
            if found.repeat:  # of what did not build as well: it was asked for the same
                with_repeat(one, found.repeat)
            if one.error:
                self._finish(one)
                continue
            with self._failing(one):
                self.lanes.append(Lane.opened(one, self.contexts, launcher))

    def _title(self) -> str:
        variants = [one.series.variant for one in self.lanes]
        name = f"measuring {len(variants)} variants" if len(variants) > 1 else "measuring"
        return f"{name} ({most_time(variants, self.bounds.rule, self.options.repetitions)})"

    def close(self) -> CkpError | None:
        """Records what was begun, and removes every directory; why a point is not recorded."""
        for lane in self.lanes:
            lane.close()
        for one in self.series:
            if (one.judged or one.error) and id(one) not in self.points:
                self._finish(one)
        return self.keeper.close([*self.points.values()])

    def outcome(self, *, interrupted: bool, problem: CkpError | None) -> BenchmarkOutcome:
        known = [(one, self.points[id(one)]) for one in self.series if id(one) in self.points]
        return BenchmarkOutcome(
            session=self.session.uid,
            seed=self.session.seed,
            metric=self.options.metric,
            measurements=tuple(measurements(known, self.options.metric)),
            notes=tuple(self.notes),
            experiment=self.recorder.experiment if self.recorder else None,
            interrupted=interrupted,
            problem=problem,
        )

    def _rule(self) -> Rule:
        return Rule(
            precision=self.options.precision,
            max_time_s=self.options.max_time_s,
            max_repetitions=self.options.max_repetitions,
        )

    @contextmanager
    def _failing(self, one: Series, *, build: bool = False) -> Iterator[None]:
        """What is wrong with one variant alone is kept as its failure."""
        try:
            yield
        except _OF_A_BUILD as error:
            one.fail(error, "build")
        except CkpError as error:
            if build and (not self.tolerant or isinstance(error, StorageError)):
                raise
            one.fail(error, "build" if build else stage_of(error))
        if one.error and not build:  # what did not build waits for the calibration of all
            self._finish(one)

    def _finish(self, one: Series) -> None:
        is_ended = one.stop or one.error
        why = why_stopped(one, self.bounds) if is_ended else (how_interrupted(one, self.bounds),)
        one.told += [text for text in why if text]
        point = point_of(one, self.session, self.contexts.of(one.variant.target))
        self.points[id(one)] = point
        self.keeper.keep(point)


def _pinned(cpus: ChosenCpus) -> dict[str, Scalar]:
    return {"pinned": format_cpu_list(cpus.cpus)} if cpus.cpus else {}

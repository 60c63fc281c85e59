"""Variants built, measured beside each other, judged and recorded."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ck_core.analysis.stopping import Rule
from ck_core.context import Context
from ck_core.domain.machine.cpu_list import format_cpu_list
from ck_core.domain.names import new_uid
from ck_core.domain.options import BenchmarkOptions
from ck_core.domain.point import Point, Scalar
from ck_core.domain.run import RunSession
from ck_core.errors import (
    BuildError,
    CkpError,
    InstallError,
    UnresolvedError,
    UsageError,
)
from ck_core.experiments.calibrating import calibrated, with_repeat
from ck_core.experiments.features import features_of
from ck_core.experiments.lanes import Contexts, Lane
from ck_core.experiments.measurements import BenchmarkOutcome, measurements
from ck_core.experiments.pinned import pinned
from ck_core.experiments.point_making import Circumstances, point_of
from ck_core.experiments.recording import Recorder
from ck_core.experiments.series import Series
from ck_core.experiments.sessions import Session, stage_of
from ck_core.experiments.variants import variants_of
from ck_core.pipeline import build_command
from ck_core.system.machine import detect_machine
from ck_core.system.measuring import measuring_session
from ck_core.system.pinning import ChosenCpus

_OF_A_BUILD = (BuildError, InstallError, UnresolvedError)
_INTERRUPTED = "interrupted after {count} repetitions, before its median was known well enough"


def benchmark(options: BenchmarkOptions, context: Context) -> BenchmarkOutcome:
    """Builds all variants, then measures them in random blocks.

    A variant that fails is a failed point, and the others go on. Each point is on the disk, where
    that was asked for, as soon as nothing more is measured of it; after Ctrl-C so are those that
    were begun.

    Raises:
        UsageError, ComponentNotFoundError, BadComponentError: what is asked for is impossible.
        StorageError: a disk is full; what was measured before is recorded if it can be.
    """
    _check(options)
    recorder = Recorder.of(options.record, context) if options.record else None
    options, cpus = pinned(options)
    work = _Work(options, context, recorder, cpus)
    interrupted = False
    try:
        work.build()
        work.measure()
    except KeyboardInterrupt:
        if not work.has_values:
            raise
        interrupted = True
    finally:
        work.close()
    return work.outcome(interrupted=interrupted)


def _check(options: BenchmarkOptions) -> None:
    if options.run.record_reference:
        raise UsageError(
            "a reference is not recorded while points are",
            hint=f"ckp run {options.run.build.program} --record-reference, then record points",
        )


@dataclass
class _Work:
    """One call of ``benchmark``."""

    options: BenchmarkOptions
    context: Context
    recorder: Recorder | None
    cpus: ChosenCpus
    series: list[Series] = field(default_factory=list)
    points: dict[int, Point] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)

    def __post_init__(self) -> None:
        seed = self.options.seed
        record = self.options.record
        self.contexts = Contexts(self.context)
        self.notes += [self.cpus.note] if self.cpus.note else []
        self.session = Circumstances(
            uid=new_uid(),
            seed=secrets.randbelow(1 << 31) if seed is None else seed,
            features={**features_of(detect_machine()), **_pinned(self.cpus)},
            command_line=record.command_line if record else (),
        )

    @property
    def has_values(self) -> bool:
        return any(one.judged for one in self.series)

    def build(self) -> None:
        variants = variants_of(self.options, self.context)
        self.series = [Series(variant=one) for one in variants]
        for one in self.series:
            variant = one.variant
            with self._failing(one, build=True):
                one.ready = build_command(variant.options, self.contexts.of(variant.target))

    def measure(self) -> None:
        """Of what was built; one launcher serves all, so that each run finds the same state."""
        with measuring_session() as launcher:
            self._open(launcher)
            session = Session(
                self.lanes,
                rule=self._rule(),
                repetitions=self.options.repetitions,
                seed=self.session.seed,
                finished=self._finish,
            )
            count = len(self.lanes)
            title = f"measuring {count} variants" if count > 1 else "measuring"
            with self.context.reporter.progress(title) as tell:
                session.run(tell)

    def _open(self, launcher: RunSession) -> None:
        sound = [one for one in self.series if one.ready]
        found = calibrated(sound, self.options, self.contexts, launcher)
        self.notes += [found.note] if found.note else []
        for one in sound:
            if found.repeat:
                with_repeat(one, found.repeat)
            with self._failing(one):
                self.lanes.append(Lane.opened(one, self.contexts, launcher))

    def close(self) -> None:
        """Records what was begun, and removes every directory."""
        for lane in self.lanes:
            lane.close()
        for one in self.series:
            if one.judged and id(one) not in self.points:
                one.told.append(_INTERRUPTED.format(count=len(one.judged)))
                self._finish(one)

    def outcome(self, *, interrupted: bool) -> BenchmarkOutcome:
        known = [(one, self.points[id(one)]) for one in self.series if id(one) in self.points]
        return BenchmarkOutcome(
            session=self.session.uid,
            seed=self.session.seed,
            measurements=tuple(measurements(known)),
            notes=tuple(self.notes),
            experiment=self.recorder.experiment if self.recorder else None,
            interrupted=interrupted,
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
            self._finish(one)
        except CkpError as error:
            if build:
                raise
            one.fail(error, stage_of(error))
            self._finish(one)

    def _finish(self, one: Series) -> None:
        point = point_of(one, self.session, self.contexts.of(one.variant.target))
        self.points[id(one)] = point
        if self.recorder:
            self.recorder.keep(point)


def _pinned(cpus: ChosenCpus) -> dict[str, Scalar]:
    return {"pinned": format_cpu_list(cpus.cpus)} if cpus.cpus else {}

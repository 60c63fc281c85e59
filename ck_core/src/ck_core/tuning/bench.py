"""What a search, a prediction or a suite measures with: a workshop, and a journal to write in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ck_core.context import Context
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.space import Space
from ck_core.experiments.measuring.features import features_of
from ck_core.experiments.measuring.pinned import pinned_run
from ck_core.experiments.recording.point_making import SessionFacts
from ck_core.experiments.recording.recording import Recorder
from ck_core.system.machine import detect_machine
from ck_core.system.measuring import measuring_session
from ck_core.tuning.journal import Journal
from ck_core.tuning.workshop import Workshop


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Attributes: notes: for people, of how it is measured."""

    workshop: Workshop
    journal: Journal
    notes: tuple[str, ...] = ()


@contextmanager
def opened_bench(
    options: TuningOptions, space: Space, context: Context, *, uid: str, title: str
) -> Iterator[Bench]:
    """The program built as it is, one launcher for all runs, an experiment that can be written.

    Args:
        uid: that points carry.
        title: what they are found by: the strategy, or what predicted them.

    Raises:
        UsageError: nothing can be recorded there.
        CkpError: the program does not build.
    """
    recorder = Recorder.of(options.record, context)
    run, cpus = pinned_run(options.run, options.pin)
    with measuring_session() as launcher:
        workshop = Workshop.opened(replace(options, run=run), space, context, launcher)
        journal = Journal(
            uid=uid,
            strategy=title,
            facts=_facts(options),
            contexts=workshop.contexts,
            recorder=recorder,
            objectives=options.objectives,
        )
        notes = (cpus.note,) if cpus.note else ()
        yield Bench(workshop=workshop, journal=journal, notes=notes)


def _facts(options: TuningOptions) -> SessionFacts:
    return SessionFacts(
        uid="",
        seed=options.seed or 0,
        features=features_of(detect_machine()),
        command_line=options.record.command_line,
    )

"""``ckp run`` whose result is kept."""

from __future__ import annotations

from ck_core.context import Context
from ck_core.domain.component import Component
from ck_core.domain.machine.cpu_list import format_cpu_list
from ck_core.domain.metric import WALL
from ck_core.domain.options import BenchmarkOptions, RecordOptions, RunOptions
from ck_core.domain.outcome import RunOutcome
from ck_core.errors import WrongOutputError
from ck_core.experiments.measuring.benchmark import benchmark


def recorded_run(
    options: RunOptions, record: RecordOptions, context: Context
) -> tuple[RunOutcome, Component]:
    """A benchmark of one variant with a fixed number of repetitions.

    What failed is a point as well; a wrong output ends it at once.

    Raises:
        CkpError: as ``run_program``, after it was recorded.
    """
    asked = BenchmarkOptions(
        run=options,
        level=options.build.level,
        metric=WALL,
        repetitions=options.repetitions,
        calibrated=False,
        pin=format_cpu_list(options.cpus) or "none",
        record=record,
    )
    found = benchmark(asked, context)
    if found.interrupted:
        raise KeyboardInterrupt
    if found.problem:
        raise found.problem
    measured, kept = found.measurements[0], found.experiment
    wrong = isinstance(measured.error, WrongOutputError)
    if measured.outcome is None or kept is None or (measured.error and not wrong):
        assert measured.error is not None  # noqa: S101  # else it was measured and kept
        raise measured.error
    return measured.outcome, kept

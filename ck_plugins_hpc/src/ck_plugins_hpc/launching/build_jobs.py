"""A job to build in: what is compiled on a node finds its modules, libraries and instructions."""

from __future__ import annotations

import shlex
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

from ck_core.domain.build_job import BuildJob
from ck_core.domain.job import JobReport, JobState
from ck_core.errors import RunError, StorageError
from ck_core.system.files import write_atomically
from ck_plugins_hpc.launching.batching import batch_directory, job_name
from ck_plugins_hpc.launching.manager import Batch, Manager
from ck_plugins_hpc.launching.options import JobOptions, parse_job_options
from ck_plugins_hpc.launching.scripts import BEGUN, HOLD, SCRIPT, write_hold
from ck_plugins_hpc.launching.watching import FIRST_S, GRACE_S, MOST_S, SLOWER

_ALIVE_S = 20.0
"""How often the file that holds a job is changed."""


def build_job_by(manager: Manager, told: Mapping[str, str]) -> BuildJob | None:
    """None where builds are made here; raises UsageError for options that nobody knows."""
    options = parse_job_options(told, manager.name)
    if not options.build:
        return None
    own = replace(options, nodes=1, tasks=1, tasks_per_node=0, bind="none", start="none", pack=1)
    return BuildJob(where=_where(manager, options), opened=partial(_opened, manager, own))


def _where(manager: Manager, options: JobOptions) -> str:
    """What decides which nodes it may be."""
    words = (options.partition, options.constraint, *options.native)
    return shlex.join((manager.name, *filter(None, words)))


@contextmanager
def _opened(manager: Manager, options: JobOptions, program: str) -> Iterator[tuple[str, ...]]:
    """When it runs, words that start a command in it; with the context the job ends."""
    batch = _batch(options, program)
    write_hold(manager, batch)
    (job,) = manager.submit(batch)
    try:
        node = _node(manager, job, batch.directory / BEGUN)
        with _kept_alive(batch.directory / HOLD):
            yield tuple(manager.into(job, node, options))
    except BaseException:
        with suppress(RunError):  # then it ends by itself, when nobody changes its file
            manager.cancel([job])
        raise
    finally:
        shutil.rmtree(batch.directory, ignore_errors=True)


def _batch(options: JobOptions, program: str) -> Batch:
    directory = batch_directory()
    return Batch(
        name=job_name(f"build-{program}"),
        directory=directory,
        script=directory / SCRIPT,
        count=1,
        options=options,
        is_held=True,
    )


def _node(manager: Manager, job: str, begun: Path) -> str:
    """Its first, when its script runs; raises RunError where it ends instead."""
    began, interval = time.monotonic(), FIRST_S
    while True:
        report = _report(manager, job)
        if report.state is JobState.RUNNING and begun.exists():
            return next(iter(report.nodes), "")
        is_new = time.monotonic() - began < GRACE_S
        if report.state.is_over and not (report.state is JobState.UNKNOWN and is_new):
            said = f": {report.reason}" if report.reason else ""
            raise RunError(f"{manager.name}'s job {job} to build in {report.state.value}{said}")
        time.sleep(interval)
        interval = min(interval * SLOWER, MOST_S)


def _report(manager: Manager, job: str) -> JobReport:
    """A manager that does not answer comes back, or somebody presses Ctrl-C."""
    try:
        return manager.reports([job]).get(job, JobReport(state=JobState.UNKNOWN))
    except RunError:
        return JobReport(state=JobState.WAITING)


@contextmanager
def _kept_alive(hold: Path) -> Iterator[None]:
    """The file changes as long as this process lives and wants the job."""
    ended = threading.Event()

    def change() -> None:
        for number in count(1):
            if ended.wait(_ALIVE_S):
                return
            with suppress(StorageError):  # a disk that is full for a while
                write_atomically(hold, str(number))

    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

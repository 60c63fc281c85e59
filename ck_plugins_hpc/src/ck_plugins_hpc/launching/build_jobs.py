"""A job to build in: what is compiled on a node finds its modules, libraries and instructions."""

from __future__ import annotations

import os
import shlex
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path

from ck_core.domain.build_job import BuildJob
from ck_core.domain.job import JobReport, JobState
from ck_core.errors import BuildError, RunError, StorageError
from ck_core.system.files import write_atomically
from ck_core.system.job_records import KeptJob, forget_job, keep_job, name_job
from ck_plugins_hpc.launching.batching import batch_directory, job_name
from ck_plugins_hpc.launching.left_jobs import LeftJobs, record_of
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
    kept = _taken_over(manager, options) or _submitted(manager, options, program)
    job, place = kept.record.id, kept.record.submitted_from
    try:
        with _kept_alive(place / HOLD):
            node = _node(manager, job, place / BEGUN)
            yield tuple(manager.into(job, node, options))
    except BuildError:
        _check_goes_on(manager, job)
        raise
    except BaseException:
        with suppress(RunError):  # then it ends by itself, when nobody changes its file
            manager.cancel([job])
        raise
    finally:
        _forget(kept)


def _taken_over(manager: Manager, options: JobOptions) -> KeptJob | None:
    """A job that a ckp which was killed has opened, and that goes on; raises RunError."""
    left = LeftJobs(manager, _forget)
    while kept := left.take(_key(manager, options)):
        write_atomically(kept.record.submitted_from / HOLD, f"taken over by {os.getpid()}")
        if not _report(manager, kept.record.id).state.is_over:
            return kept
        _forget(kept)
    return None


def _submitted(manager: Manager, options: JobOptions, program: str) -> KeptJob:
    """A new one, known before it is there; raises RunError, StorageError."""
    batch = _batch(options, program)
    key = _key(manager, options)
    kept = keep_job(record_of(manager, batch, 0, key, batch.directory))
    try:
        write_hold(manager, batch)
        return name_job(kept, manager.submit(batch)[0])
    except BaseException:
        _forget(kept)
        raise


def _forget(kept: KeptJob) -> None:
    """Its file is what holds it."""
    forget_job(kept)
    shutil.rmtree(kept.record.submitted_from, ignore_errors=True)


def _key(manager: Manager, options: JobOptions) -> str:
    """Whatever is built in them, jobs with the same options are alike."""
    return f"build by {manager.name}: {sha256(repr(options).encode()).hexdigest()[:32]}"


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
            raise _ended(manager, job, report)
        time.sleep(interval)
        interval = min(interval * SLOWER, MOST_S)


def _check_goes_on(manager: Manager, job: str) -> None:
    """No compiler is to blame for a job that was cancelled under it; raises RunError."""
    report = _report(manager, job)
    if report.state.is_over and report.state is not JobState.UNKNOWN:
        raise _ended(manager, job, report)


def _ended(manager: Manager, job: str, report: JobReport) -> RunError:
    said = f": {report.reason}" if report.reason else ""
    how = "ended too early" if report.state is JobState.DONE else report.state.value
    return RunError(
        f"{manager.name}'s job {job} to build in {how}{said}",
        hint="--launcher.time and --launcher.memory give it more",
    )


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

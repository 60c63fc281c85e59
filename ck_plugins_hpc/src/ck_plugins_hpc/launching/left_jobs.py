"""What is kept of jobs, so that those of a ckp that was killed are found again."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ck_core.domain.job import JobRecord
from ck_core.system.job_records import KeptJob, name_job, take_over
from ck_plugins_hpc.launching.manager import Batch, Manager


def record_of(manager: Manager, batch: Batch, number: int, key: str, directory: Path) -> JobRecord:
    """Of a job that is to be submitted; ``number`` is its own in the batch."""
    return JobRecord(
        manager=manager.name,
        id="",
        number=number,
        key=key,
        program=batch.name,
        directory=str(directory),
        script=str(batch.script),
        command_line=("ckp", *sys.argv[1:]),
        called_in=os.getcwd(),  # noqa: PTH109  # as text
        submitted_at=time.time(),
    )


class LeftJobs:
    """Of one manager; used by several threads.

    Args:
        forget: what is done with those that are none any more.
    """

    def __init__(self, manager: Manager, forget: Callable[[KeptJob], None]) -> None:
        self._manager = manager
        self._forget = forget
        self._lock = threading.Lock()
        self._found: dict[Path, list[str]] = {}

    def take(self, key: str) -> KeptJob | None:
        """One that does just this, and is there; raises RunError, StorageError."""
        while job := take_over(self._manager.name, key):
            job = self._identified(job)
            if job.record.id and Path(job.record.directory).is_dir():
                return job
            self._forget(job)  # it was never submitted, or somebody has cleared the cache
        return None

    def _identified(self, job: KeptJob) -> KeptJob:
        """Its ckp may have been killed while it submitted it."""
        if job.record.id:
            return job
        with self._lock:  # one question for a batch
            place = job.record.submitted_from
            if place not in self._found:
                self._found[place] = self._manager.submitted_from(place)
            ids = self._found[place][job.record.number :]
        return name_job(job, ids[0]) if ids else job

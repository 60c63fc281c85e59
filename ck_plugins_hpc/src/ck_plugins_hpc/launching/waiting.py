"""A run between being asked for and its result."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.domain.job import JobReport
from ck_core.system.job_records import KeptJob
from ck_plugins_hpc.launching.entries import Entry
from ck_plugins_hpc.launching.options import JobOptions


@dataclass(eq=False)
class Waiting:
    """What is known of it so far.

    Attributes:
        done: set when there is a ``report`` or an ``error``.
        tries: how often it was submitted.
        is_taken_over: an earlier ckp has submitted its job.
        notes: for people, of what happened to it.
    """

    entry: Entry
    options: JobOptions
    done: threading.Event = field(default_factory=threading.Event)
    job: KeptJob | None = None
    report: JobReport | None = None
    error: Exception | None = None
    tries: int = 1
    is_taken_over: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """By its job, which may be an earlier ckp's."""
        assert self.job  # noqa: S101  # it was submitted
        place = Path(self.job.record.directory)
        return os.path.exists(place / self.entry.answers_file.name)  # noqa: PTH110  # it never raises


def fail(together: Iterable[Waiting], error: Exception) -> None:
    """Raised where each of them is waited for."""
    for one in together:
        one.error = error
        one.done.set()

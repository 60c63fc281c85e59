"""Jobs: what a cluster's manager runs for ckp, and what is kept of them while nobody waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol


class JobState(Enum):
    """As every manager knows them, whatever it calls them."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "ran past its time limit"
    OUT_OF_MEMORY = "ran out of memory"
    NODE_FAILED = "lost its node"
    PREEMPTED = "was preempted"
    CANCELLED = "was cancelled"
    UNKNOWN = "is not known to the manager"

    @property
    def is_over(self) -> bool:
        return self not in {JobState.WAITING, JobState.RUNNING}

    @property
    def may_be_repeated(self) -> bool:
        """Whether it was the cluster's fault, not the program's."""
        return self in {JobState.NODE_FAILED, JobState.PREEMPTED}


@dataclass(frozen=True, kw_only=True)
class JobReport:
    """What a manager tells of a job.

    Attributes:
        reason: why it waits or ended, in the manager's words.
        exit_status: of its script, 0 to 255, or minus the number of a signal; None: not told.
        nodes: it runs or ran on.
        queued_s: from its submission to its start by the manager's clock; None before that.
    """

    state: JobState
    reason: str = ""
    exit_status: int | None = None
    nodes: tuple[str, ...] = ()
    queued_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """The job that a repetition ran in.

    Attributes:
        manager: ``slurm``, ``flux``.
        id: by which the manager knows it.
        nodes: names of those that it ran on.
        queued_s: how long it waited; None where nobody told.
        script: what the manager was given.
    """

    manager: str
    id: str
    nodes: tuple[str, ...] = ()
    queued_s: float | None = None
    script: str = ""


@dataclass(frozen=True, kw_only=True)
class JobRecord:
    """A job whose results nobody has taken yet.

    Attributes:
        id: empty while it is being submitted; who was killed then has left it so.
        key: equal for jobs that compute the same.
        directory: where its files lie; empty where it has none here.
        script: what the manager was given, and beside it lies what the job says; of a service that
            is asked by a program, that program's command line.
        command_line: what the user typed, in the directory ``called_in``.
        submitted_at: seconds since the epoch, by the clock of the machine that submitted.
        number: of those that were submitted together, from the script's directory.
    """

    manager: str
    id: str
    key: str
    program: str
    directory: str
    script: str
    command_line: tuple[str, ...]
    called_in: str
    submitted_at: float
    number: int = 0

    @property
    def submitted_from(self) -> Path:
        """By which its manager finds it where no id was told."""
        return Path(self.script).parent


class JobManager(Protocol):
    """What a launcher's plugin offers as ``job_manager`` for ``ckp jobs``."""

    def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
        """Of all of them by one question; those that it does not know are left out.

        Raises:
            RunError: the manager does not answer.
        """
        ...

    def cancel(self, ids: Collection[str]) -> None:
        """Raises RunError: the manager does not answer."""
        ...

    def submitted_from(self, directory: Path) -> Sequence[str]:
        """Ids of jobs by where they were submitted, in their order, also of some that are over.

        Raises:
            RunError: the manager does not answer.
        """
        ...

"""What launchers know of a job manager: its command line, as functions."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ck_core.domain.harmless import harmless
from ck_core.domain.job import JobReport
from ck_core.errors import RunError
from ck_core.system.processes import NOT_STARTED, clean_environment, last_lines, run_tool
from ck_plugins_hpc.launching.options import JobOptions

MOST_AT_ONCE = 500
"""Ids on one command line."""
_PASSED = ("SLURM_CONF", "SBATCH_", "FLUX_URI", "FLUX_HANDLE", "FLUX_CONNECTOR", "XDG_RUNTIME")
"""The user's own settings of managers; what an outer job has set is none."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Jobs that are submitted together.

    Attributes:
        name: that the manager's lists show.
        directory: of its script and of what jobs say; nothing else lies there.
        script: a file in it.
        count: of jobs, each with a number from 0.
        options: of each.
    is_held: commands are started in it from outside while it lasts.
    """

    name: str
    directory: Path
    script: Path
    count: int
    options: JobOptions
    is_held: bool = False


class NoAnswerError(RunError):
    """The manager is not there, and has not taken what was submitted: it may come back."""


class Manager(Protocol):
    """One for all that ckp does with it; used by several threads."""

    name: str
    number_variable: str
    """Of a job's number in its batch, inside of the script."""

    def directives(self, batch: Batch) -> Sequence[str]:
        """Lines at the script's beginning that tell the manager what the job needs."""
        ...

    def submit(self, batch: Batch) -> list[str]:
        """An id for each job, in their order.

        Raises:
            RunError: the manager refuses.
            NoAnswerError: it is not there.
        """
        ...

    def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
        """By one question; those that it no longer knows are left out. Raises RunError."""
        ...

    def cancel(self, ids: Collection[str]) -> None:
        """Raises RunError."""
        ...

    def submitted_from(self, directory: Path) -> list[str]:
        """Ids of a batch's jobs by its directory, in their order. Raises RunError."""
        ...

    def starter(self, options: JobOptions) -> list[str]:
        """Words before a program that start its tasks inside of a job."""
        ...

    def into(self, job: str, node: str, options: JobOptions) -> list[str]:
        """Words before a command that start it, from outside, in a job that is held on a node."""
        ...


def manager_environment() -> dict[str, str]:
    """For the manager's commands, and what jobs inherit: no secret of the user's."""
    passed = {name: value for name, value in os.environ.items() if name.startswith(_PASSED)}
    return {**clean_environment(), **passed}


def manager_words(**variables: str) -> list[str]:
    """Before a command of the manager that somebody else starts, in an environment of his own."""
    passed = {*manager_environment().items(), *variables.items()} - clean_environment().items()
    return ["env", *(f"{name}={value}" for name, value in sorted(passed))]


def ask(
    words: Sequence[str], *, timeout_s: float, directory: Path | None = None, **variables: str
) -> str:
    """What a command of the manager prints; raises RunError with its own words."""
    environment = {**manager_environment(), **variables}
    result = run_tool(words, timeout_s=timeout_s, directory=directory, environment=environment)
    if result.status == 0 and not result.timed_out:
        return result.output
    said = harmless(last_lines(result.error_output or result.output, 5))
    if result.status == NOT_STARTED:
        hint = "ckp detect soft --tags=job-manager"
        raise RunError(f"{words[0]} cannot be started: {said}", hint=hint)
    how = f"did not answer within {timeout_s:g} s" if result.timed_out else "failed"
    more, _, last = said.rpartition("\n")
    raise RunError(f"{words[0]} {how}: {last or 'it said nothing'}", details=more)


def cancel_all(
    words: Sequence[str], ids: Collection[str], *, timeout_s: float, unheard: str
) -> None:
    """What has ended meanwhile is none of its business; raises NoAnswerError.

    Args:
        words: the manager's command, to which ids are added.
        unheard: what it says where the manager is away.
    """
    listed = sorted(ids)
    for start in range(0, len(listed), MOST_AT_ONCE):
        with suppress_but(unheard):
            ask([*words, *listed[start : start + MOST_AT_ONCE]], timeout_s=timeout_s)


@contextmanager
def suppress_but(unheard: str) -> Iterator[None]:
    """Whatever the manager refuses; raises NoAnswerError where its words say that it is away."""
    try:
        yield
    except RunError as problem:
        if unheard in f"{problem.details}\n{problem.message}":
            raise NoAnswerError(problem.message) from None

"""What squeue and sacct print, as reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ck_core.domain.job import JobReport, JobState
from ck_plugins_hpc.launching.node_lists import node_names

_COLUMNS = ("JobArrayID", "State", "Reason", "exit_code", "NodeList", "SubmitTime", "StartTime")
QUEUED = (
    "--me",
    "--array",
    "--noheader",
    "--states=all",
    f"--Format={','.join(f'{one}:|' for one in _COLUMNS)}",
)
"""Of all the user's jobs, also of those that ended."""
PLACED = ("--me", "--array", "--noheader", "--states=all", "--Format=JobArrayID:|,WorkDir:|")
"""Where they were submitted."""
ACCOUNTED = (
    "--allocations",
    "--parsable2",
    "--noheader",
    "--format=JobID,State,ExitCode,NodeList,Submit,Start",
)
EPOCH = "%s"
"""``SLURM_TIME_FORMAT``: seconds since 1970; a wall clock jumps where summer begins."""
_ID = re.compile(r"[0-9]{1,18}(_[0-9]{1,18})?")
_CORE_DUMPED = 128
_MOST_DIGITS = 18
_NO_REASONS = frozenset({"", "None", "(null)"})
_BY_STATUS = frozenset({"NonZeroExitCode", "JobLaunchFailure"})
"""They tell no more than the exit status does."""
_STATES: Mapping[str, JobState] = {
    "BOOT_FAIL": JobState.NODE_FAILED,
    "CANCELLED": JobState.CANCELLED,
    "COMPLETED": JobState.DONE,
    "DEADLINE": JobState.TIMED_OUT,
    "FAILED": JobState.FAILED,
    "NODE_FAIL": JobState.NODE_FAILED,
    "OUT_OF_MEMORY": JobState.OUT_OF_MEMORY,
    "PENDING": JobState.WAITING,
    "PREEMPTED": JobState.PREEMPTED,
    "REQUEUED": JobState.WAITING,
    "REQUEUE_HOLD": JobState.WAITING,
    "REVOKED": JobState.CANCELLED,
    "SPECIAL_EXIT": JobState.FAILED,
    "TIMEOUT": JobState.TIMED_OUT,
}
"""Of "JOB STATE CODES" in squeue(1); all others are stages of running."""


def parse_queue(printed: str) -> Iterator[tuple[str, JobReport]]:
    """Ids and reports; lines of another form are left out."""
    for line in printed.splitlines():
        fields = line.strip().removesuffix("|").split("|")
        if len(fields) == len(_COLUMNS) and fields[0]:
            job, state, reason, code, nodes, submitted, started = fields
            yield job, _report(state, reason, nodes, submitted, started, _waited(code))


def parse_places(printed: str, directory: Path) -> list[str]:
    """Ids of jobs that were submitted from there, in their order; its name is nobody else's."""
    lines = (line.strip().removesuffix("|").partition("|") for line in printed.splitlines())
    found = [job for job, _, place in lines if _ID.fullmatch(job) and _is_in(place, directory)]
    return sorted(found, key=lambda job: [*map(int, job.split("_"))])


def _is_in(place: str, directory: Path) -> bool:
    return place.rpartition("/")[2] == directory.name


def parse_accounting(printed: str) -> Iterator[tuple[str, JobReport]]:
    """Likewise, with exit statuses."""
    for line in printed.splitlines():
        fields = line.strip().split("|")
        if len(fields) == 6 and fields[0]:
            job, state, ended, nodes, submitted, started = fields
            yield job, _report(state, "", nodes, submitted, started, _status(ended))


def _report(  # noqa: PLR0917  # the columns
    state: str,
    reason: str,
    nodes: str,
    submitted: str,
    started: str,
    exit_status: int | None,
) -> JobReport:
    """``CANCELLED by 0`` is how sacct says it."""
    return JobReport(
        state=_STATES.get(state.partition(" ")[0].rstrip("+"), JobState.RUNNING),
        reason="" if reason in _NO_REASONS or (exit_status and reason in _BY_STATUS) else reason,
        exit_status=exit_status,
        nodes=tuple(node_names(nodes)),
        queued_s=_between(submitted, started),
    )


def _waited(code: str) -> int | None:
    """As wait(2) tells it; above a signal's number it is one of Slurm's own errors."""
    if not _is_number(code):
        return None
    status, number = divmod(int(code), 256)
    if number:
        return None if status else -(number % _CORE_DUMPED)
    return status


def _status(ended: str) -> int | None:
    """``1:0`` is status 1, ``0:9`` signal 9."""
    status, _, number = ended.partition(":")
    if not _is_number(status):
        return None
    return -int(number) if _is_number(number) and int(number) else int(status)


def _between(submitted: str, started: str) -> float | None:
    """Seconds, by the controller's clock; None where it has not begun: N/A, Unknown."""
    if not (_is_number(submitted) and _is_number(started)):
        return None
    return max(0.0, float(started) - float(submitted))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS

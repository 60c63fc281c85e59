"""What ``flux jobs --json`` prints, as reports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ck_core.domain.job import JobReport, JobState
from ck_core.errors import RunError
from ck_plugins_hpc.launching.node_lists import node_names

_WAITING = frozenset({"NEW", "DEPEND", "PRIORITY", "SCHED"})
_RESULTS: Mapping[str, JobState] = {
    "COMPLETED": JobState.DONE,
    "FAILED": JobState.FAILED,
    "CANCELED": JobState.CANCELLED,
    "TIMEOUT": JobState.TIMED_OUT,
}
_EXCEPTIONS: Mapping[str, JobState] = {
    "timeout": JobState.TIMED_OUT,
    "cancel": JobState.CANCELLED,
    "node-failure": JobState.NODE_FAILED,
    "lost-shell": JobState.NODE_FAILED,
    "preempt": JobState.PREEMPTED,
}
"""By the type of a fatal one (Flux RFC 21): it is more exact than the result."""
_KILLED = 128


def parse_jobs(printed: str) -> Iterator[tuple[str, JobReport]]:
    """Decimal ids and reports; raises RunError where it is no such list."""
    for one in _listed(printed):
        yield str(one["id"]), _report(one)


def parse_places(printed: str, directory: Path) -> list[str]:
    """Ids of jobs that were submitted from there, in their order; its name is nobody else's."""
    places = {one["id"]: str(one.get("cwd", "")) for one in _listed(printed)}
    own = [job for job, place in places.items() if place.rpartition("/")[2] == directory.name]
    return [*map(str, sorted(own))]


def _listed(printed: str) -> list[Mapping[str, Any]]:
    try:
        jobs = json.loads(printed)["jobs"]
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"flux jobs printed no list of jobs: {error}") from None
    if not isinstance(jobs, list):
        raise RunError("flux jobs printed no list of jobs")
    return [one for one in jobs if isinstance(one, dict) and isinstance(one.get("id"), int)]


def _report(job: Mapping[str, Any]) -> JobReport:
    told = job.get("exception")
    exception = told if isinstance(told, dict) else {}
    return JobReport(
        state=_state(job, exception),
        reason=str(exception.get("note", "")) if exception.get("occurred") else "",
        exit_status=_status(job.get("returncode")),
        nodes=tuple(dict.fromkeys(node_names(str(job.get("nodelist", ""))))),
        queued_s=_queued(job),
    )


def _state(job: Mapping[str, Any], exception: Mapping[str, Any]) -> JobState:
    state = str(job.get("state", ""))
    if state in _WAITING:
        return JobState.WAITING
    if state != "INACTIVE":
        return JobState.RUNNING
    is_fatal = exception.get("occurred") and exception.get("severity") == 0
    by_exception = _EXCEPTIONS.get(str(exception.get("type", ""))) if is_fatal else None
    return by_exception or _RESULTS.get(str(job.get("result", "")), JobState.FAILED)


def _status(code: object) -> int | None:
    """Above 128 it was a signal."""
    if not isinstance(code, int):
        return None
    return _KILLED - code if code > _KILLED else code


def _queued(job: Mapping[str, Any]) -> float | None:
    submitted, started = job.get("t_submit"), job.get("t_run")
    if not isinstance(submitted, (int, float)) or not isinstance(started, (int, float)):
        return None
    return max(0.0, started - submitted)

"""From what a job has left to a run's result."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ck_core.domain.job import Job, JobReport, JobState
from ck_core.domain.run import Repetition, RunResult
from ck_core.errors import StorageError
from ck_core.system.files import read_end, storage_errors
from ck_core.system.measuring import measured_result
from ck_core.system.processes import last_lines
from ck_core.system.room import lack_of_room
from ck_plugins_hpc.launching.entries import Entry, read_answers, read_node

PATIENCE_S = 30.0
"""How long files of a job that is done may take to be seen here."""
_AT_ONCE_S = 1.0
_SHOWN_BYTES, _SHOWN_LINES = 8192, 20
_FAILURES = frozenset({JobState.FAILED, JobState.DONE})
"""Where there are no answers."""
_OUT_OF_MEMORY = re.compile(r"exceeded (?:\w+ )?memory limit|oom[-_ ]kill", re.IGNORECASE)
"""What Slurm writes into a job's output where its own state says no more than *failed*."""


@dataclass(frozen=True, kw_only=True)
class Collected:
    """A job that has ended, and what the run was."""

    entry: Entry
    manager: str
    id: str
    report: JobReport
    script: Path
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.manager} job {self.id}"

    @property
    def patience_s(self) -> float:
        """A job that failed may have left nothing."""
        return PATIENCE_S if self.report.state is JobState.DONE else _AT_ONCE_S


def collected(one: Collected) -> RunResult:
    """Its repetitions; where there are none the reason, as the manager tells it.

    Raises:
        StorageError: the node could not write the run's directory.
    """
    answers = read_answers(one.entry.directory, one.patience_s)
    notes = {"job": "; ".join(one.notes)} if one.notes else {}
    if not answers:
        _check_room(one)
        return replace(_failed(one), notes=notes)
    if problem := answers[-1].get("storage_error"):
        raise StorageError(f"measuring in {one.entry.request.directory} failed: {problem}")
    result = measured_result(one.entry.request, answers)
    repetitions = tuple(_of_job(rep, one) for rep in result.repetitions)
    return replace(result, repetitions=repetitions, notes={**result.notes, **notes})


def _check_room(one: Collected) -> None:
    """Before its own files are removed, which makes room. Raises StorageError."""
    place = one.entry.request.directory
    if one.report.state in _FAILURES and (reason := lack_of_room(place)):
        raise StorageError(f"{one.title} cannot write its files in {place}: {reason}")


def _of_job(repetition: Repetition, one: Collected) -> Repetition:
    """With the job it ran in, and how long that waited."""
    report, node = one.report, read_node(one.entry.directory)
    nodes = report.nodes or tuple(filter(None, [str(node.get("node", ""))]))
    queued = {} if report.queued_s is None else {"queue_s": report.queued_s}
    observed = replace(repetition.observed, machine={**machine_of(node), "nodes": ",".join(nodes)})
    return replace(
        repetition,
        monitored={**repetition.monitored, **queued},
        observed=observed,
        job=Job(
            manager=one.manager,
            id=one.id,
            nodes=nodes,
            queued_s=report.queued_s,
            script=_text(one.script),
        ),
    )


def machine_of(node: Mapping[str, Any]) -> dict[str, str]:
    """Features of points, from what ``inside.node`` tells."""
    return {name: str(node[name]) for name in ("cpu", "architecture", "kernel") if node.get(name)}


def _failed(one: Collected) -> RunResult:
    """The state says what happened; what the job itself said, and why the manager ended it."""
    report, said = one.report, _said(one)
    is_short = report.state is JobState.FAILED and _OUT_OF_MEMORY.search(said)
    state = JobState.OUT_OF_MEMORY if is_short else report.state
    how = _ended(report.exit_status) if state in _FAILURES else state.value
    reason = f" ({report.reason})" if report.reason and state is report.state else ""
    return RunResult(
        repetitions=(),
        error=f"was not measured: {one.title} {how}{reason}",
        timed_out=report.state is JobState.TIMED_OUT,
        details=said,
    )


def _ended(status: int | None) -> str:
    if not status:
        return "left no result"
    return f"ended with status {status}" if status > 0 else f"was killed by signal {-status}"


def _said(one: Collected) -> str:
    """The last lines of what the job wrote."""
    for file in sorted(one.script.parent.glob(f"{one.id}.out")):
        with suppress(OSError):
            return last_lines(read_end(str(file), _SHOWN_BYTES), _SHOWN_LINES)
    return ""


def _text(script: Path) -> str:
    with suppress(OSError, ValueError):
        return script.read_text(encoding="utf-8")
    return ""


def take_files(old: Path, one: Collected) -> None:
    """What a job of an earlier ckp has left becomes this run's; raises StorageError.

    Its answers name directories beside its own: they are renamed, and named anew.
    """
    with storage_errors("move", old):
        shutil.rmtree(one.entry.directory, ignore_errors=True)
        text = _renamed_answers(old, one)
        shutil.move(old, one.entry.directory)
        if text:
            one.entry.answers_file.write_text(text, encoding="utf-8")


def _renamed_answers(old: Path, one: Collected) -> str:
    answers = read_answers(old, one.patience_s)
    own = one.entry.directory
    for answer in answers:
        if "directory" in answer:
            source = Path(answer["directory"])
            target = own.parent / f"{source.name}-{own.name.removeprefix('.')}"
            if source.is_dir() and not target.exists():
                shutil.move(source, target)
            answer["directory"] = str(target)
    return "".join(f"{json.dumps(answer)}\n" for answer in answers)

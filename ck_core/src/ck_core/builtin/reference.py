"""Outputs against the program's reference: what is not correct has no time that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ck_core import hookimpl
from ck_core.analysis.outputs import first_difference
from ck_core.domain.metric import Metric
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.system.files import storage_errors


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """``correct`` for all repetitions; None where the program has no reference."""
    directories = dict.fromkeys(one.directory for one in result.repetitions)
    if unwritten := _unwritten(request, directories):
        return {"correct": Metric(name="correct", value=False, detail=unwritten)}
    missing = [name for name in request.checked_files if name not in request.references]
    if not request.checked_files or missing:
        detail = f"no reference for {', '.join(missing)}" if missing else "nothing to check"
        return {"correct": Metric(name="correct", value=None, detail=detail)}
    different = {one.directory: one for one in result.repetitions}.values()
    problem = next(filter(None, (_problem(request, one) for one in different)), "")
    return {"correct": Metric(name="correct", value=not problem, detail=problem)}


def _unwritten(request: RunRequest, directories: Iterable[Path]) -> str:
    """The first output that is no file; a pipe would be waited for for ever."""
    for directory in directories:
        for name in request.checked_files:
            if not (directory / name).is_file():
                return f"{name} was not written"
    return ""


def _problem(request: RunRequest, repetition: Repetition) -> str:
    """The first difference of one repetition's outputs; empty when there is none.

    Where the component compares itself, its word counts.
    """
    for name, reference in request.references.items():
        if name in repetition.judged:
            if refusal := repetition.judged[name]:
                return f"{name}, {refusal}"
            continue
        output = repetition.directory / name
        with storage_errors("read", output):
            found = output.read_bytes()
        if request.target and request.target.system == "windows":
            found = found.replace(b"\r\n", b"\n")  # its C library's, not the program's
        if difference := first_difference(found, reference.read_bytes(), request.tolerance):
            return f"{name}, {difference}"
    return ""

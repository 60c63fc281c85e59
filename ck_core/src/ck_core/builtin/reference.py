"""Outputs against the program's reference: what is not correct has no time that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ck_core import hookimpl
from ck_core.analysis.outputs import first_difference
from ck_core.domain.metric import Metric
from ck_core.domain.run import RunRequest, RunResult
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
    problem = next(filter(None, (_problem(request, path) for path in directories)), "")
    return {"correct": Metric(name="correct", value=not problem, detail=problem)}


def _unwritten(request: RunRequest, directories: Iterable[Path]) -> str:
    """The first output that is no file; a pipe would be waited for for ever."""
    for directory in directories:
        for name in request.checked_files:
            if not (directory / name).is_file():
                return f"{name} was not written"
    return ""


def _problem(request: RunRequest, directory: Path) -> str:
    """The first difference of one repetition's outputs; empty when there is none."""
    for name, reference in request.references.items():
        output = directory / name
        with storage_errors("read", output):
            found = output.read_bytes()
        if difference := first_difference(found, reference.read_bytes(), request.tolerance):
            return f"{name}, {difference}"
    return ""

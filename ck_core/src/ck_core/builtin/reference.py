"""Outputs against the program's reference: what is not correct has no time that counts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from math import isclose
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.metric import Metric
from ck_core.domain.run import RunRequest, RunResult, Tolerance
from ck_core.system.files import storage_errors


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """``correct`` for all repetitions; None where the program has no reference."""
    missing = [name for name in request.checked_files if name not in request.references]
    if not request.checked_files or missing:
        detail = f"no reference for {', '.join(missing)}" if missing else "nothing to check"
        return {"correct": Metric(name="correct", value=None, detail=detail)}
    directories = dict.fromkeys(one.directory for one in result.repetitions)
    problem = next(filter(None, (_problem(request, path) for path in directories)), "")
    return {"correct": Metric(name="correct", value=not problem, detail=problem)}


def _problem(request: RunRequest, directory: Path) -> str:
    """The first difference of one repetition's outputs; empty when there is none."""
    for name, reference in request.references.items():
        output = directory / name
        if not output.is_file():  # nor read a pipe, which would wait for ever
            return f"{name} was not written"
        with storage_errors("read", output):
            found = output.read_bytes()
        if difference := first_difference(found, reference.read_bytes(), request.tolerance):
            return f"{name}, {difference}"
    return ""


def first_difference(found: bytes, expected: bytes, tolerance: Tolerance | None) -> str:
    """Where two outputs differ; empty when they agree within the tolerance."""
    if found == expected:
        return ""
    if b"\0" in expected:
        return f"differs ({len(found)} bytes, expected {len(expected)})"
    pairs = zip_longest(_lines(found), _lines(expected))
    for number, (line, reference) in enumerate(pairs, start=1):
        if not _same_line(line, reference, tolerance):
            return f"line {number}: expected {reference!r:.60}, got {line!r:.60}"
    return "" if tolerance else "differs in line ends only"


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()


def _same_line(line: str | None, reference: str | None, tolerance: Tolerance | None) -> bool:
    if line == reference or tolerance is None or line is None or reference is None:
        return line == reference
    words, expected = line.split(), reference.split()
    return len(words) == len(expected) and all(
        _same_word(word, right, tolerance) for word, right in zip(words, expected, strict=True)
    )


def _same_word(word: str, expected: str, tolerance: Tolerance) -> bool:
    try:
        numbers = float(word), float(expected)
    except ValueError:
        return word == expected
    return isclose(*numbers, rel_tol=tolerance.relative, abs_tol=tolerance.absolute)

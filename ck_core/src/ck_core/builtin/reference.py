"""Outputs against the program's reference: what is not correct has no time that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ck_core import hookimpl
from ck_core.analysis.checkers import Checked, check, is_text, remark, usual, worst
from ck_core.analysis.images import UnsupportedImageError
from ck_core.domain.metric import Metric
from ck_core.domain.output_check import NearNumbers, OutputCheck, SameBytes
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.system.differing import bytes_at, first_different_byte
from ck_core.system.files import storage_errors

_LONG = 16 << 20
"""Longer outputs are compared part by part, as far as that suffices: to split a gigabyte into lines
takes minutes, and fifteen times its memory."""
_LEAST_LIMIT = _LONG
_TIMES_LARGER = 8
"""An output that is larger than both is wrong, and is not read into memory to say so."""


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """``correct`` for all repetitions; None where the program has no reference.

    And what its checkers measured, the worst of all outputs.
    """
    directories = dict.fromkeys(one.directory for one in result.repetitions)
    if unwritten := _unwritten(request, directories):
        return {"correct": Metric(name="correct", value=False, detail=unwritten)}
    missing = [name for name in request.checked_files if name not in request.references]
    if not request.checked_files or missing:
        detail = f"no reference for {', '.join(missing)}" if missing else "nothing to check"
        return {"correct": Metric(name="correct", value=None, detail=detail)}
    different = {one.directory: one for one in result.repetitions}.values()
    try:
        checked = _whole([_checked(request, one) for one in different])
    except UnsupportedImageError as problem:
        return {"correct": Metric(name="correct", value=None, detail=str(problem))}
    correct = Metric(name="correct", value=not checked.problem, detail=checked.problem)
    return {"correct": correct, **{n: _metric(n, one) for n, one in checked.measured.items()}}


def _metric(name: str, value: float) -> Metric:
    return Metric(name=name, value=value, detail=remark(name, value))


def _unwritten(request: RunRequest, directories: Iterable[Path]) -> str:
    """The first output that is no file; a pipe would be waited for for ever."""
    for directory in directories:
        for name in request.checked_files:
            if not (directory / name).is_file():
                return f"{name} was not written"
    return ""


def _checked(request: RunRequest, repetition: Repetition) -> Checked:
    """The outputs of one repetition, with the first problem.

    Where the component compares itself, its word counts.
    """
    found = []
    for name, reference in request.references.items():
        if name in repetition.judged:
            one = Checked(problem=repetition.judged[name])
        else:
            one = _compared(request, name, repetition.directory / name, reference)
        named = f"{name}, {one.problem}" if one.problem else ""
        found.append(Checked(problem=named, measured=one.measured))
    return _whole(found)


def _compared(request: RunRequest, name: str, output: Path, reference: Path) -> Checked:
    how = request.output_checks.get(name) or usual(request.tolerance)
    other_lines = bool(request.target and request.target.system == "windows" and is_text(how))
    with storage_errors("read", output):
        sizes = output.stat().st_size, reference.stat().st_size
        if sizes[0] > max(_LEAST_LIMIT, _TIMES_LARGER * sizes[1]):
            return Checked(problem=f"has {sizes[0]} bytes, expected {sizes[1]}")
        if sizes[0] > _LONG and not other_lines and (told := _by_parts(output, reference, how)):
            return told
        found = output.read_bytes()
    if other_lines:
        found = found.replace(b"\r\n", b"\n")  # its C library's, not the program's
    return check(found, reference.read_bytes(), how)


def _by_parts(output: Path, reference: Path, how: OutputCheck) -> Checked | None:
    """None where bytes alone do not tell; raises OSError."""
    if not isinstance(how, (SameBytes, NearNumbers)):
        return None
    place = first_different_byte(output, reference)
    if place is None:
        return Checked()
    if isinstance(how, NearNumbers):
        return None
    expected, found = bytes_at(reference, place), bytes_at(output, place)
    return Checked(problem=f"byte {place + 1}: expected {expected!r}, got {found!r}")


def _whole(parts: Iterable[Checked]) -> Checked:
    """The first problem and the worst values of several."""
    problem, measured = "", dict[str, float]()
    for one in parts:
        problem, measured = problem or one.problem, worst(measured, one.measured)
    return Checked(problem=problem, measured=measured)

"""Keeps an output as the program's reference, when the user asks for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ck_core.analysis.checkers import check, usual
from ck_core.analysis.images import UnsupportedImageError
from ck_core.context import Context
from ck_core.domain.command import Command
from ck_core.domain.dataset import Dataset
from ck_core.domain.program import Program
from ck_core.domain.run import RunRequest, RunResult
from ck_core.errors import RunError, UsageError
from ck_core.stages.references import reference_directory
from ck_core.system.files import storage_errors


def check_recordable(program: Program, command: Command, context: Context) -> None:
    """Before anything is run for nothing.

    Raises:
        UsageError: the component may not be changed, or names no file to check.
    """
    component = program.component
    repository = context.repository_of(component)
    if not repository.writable:
        raise UsageError(
            f"{component.full_cid} is read-only ({repository.origin})",
            hint=f"ckp cp {component.full_cid} local:{component.cid} makes a copy to change",
        )
    if not command.checked_files:
        raise UsageError(f"command '{command.key}' has no run_correctness_output_files")


def record_reference(
    request: RunRequest,
    result: RunResult,
    program: Program,
    command: Command,
    dataset: Dataset | None,
) -> RunRequest:
    """Writes the checked files into the component; the request then refers to them.

    Raises:
        UsageError: the component's reference directory leads out of it.
        RunError: the program did not write such a file, or not the same each time.
    """
    written = result.repetitions[-1].directory
    for one in result.repetitions:
        _check_same(one.directory, written, command)
    directory = reference_directory(program, command, dataset, request.environment)
    if not directory.resolve().is_relative_to(program.component.path.resolve()):
        raise UsageError(f"{directory} leads out of the component; nothing is written there")
    references = {name: _keep(written / name, directory / name) for name in command.checked_files}
    return replace(request, references=references)


def _check_same(found: Path, expected: Path, command: Command) -> None:
    for name in command.checked_files if found != expected else ():
        with storage_errors("read", found / name):
            pair = (found / name).read_bytes(), (expected / name).read_bytes()
        if difference := _difference(name, *pair, command):
            raise RunError(
                f"{name} differs between repetitions and is no reference: {difference}",
                hint="leave out of it what changes from run to run, or give 'output_tolerance'",
            )


def _difference(name: str, found: bytes, expected: bytes, command: Command) -> str:
    """As the program wants it compared later."""
    how = command.output_checks.get(name) or usual(command.tolerance)
    try:
        return check(found, expected, how).problem
    except UnsupportedImageError as error:
        raise UsageError(f"{name} cannot be compared: {error}") from None


def _keep(source: Path, reference: Path) -> Path:
    if not source.is_file() or source.is_symlink():
        raise RunError(f"the program did not write {source.name}, which is to be its reference")
    temporary = reference.with_name(f".{reference.name}.new")
    with storage_errors("write", reference):
        reference.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(source.read_bytes())
        temporary.replace(reference)
    return reference

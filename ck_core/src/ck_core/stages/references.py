"""Where the right outputs of a command lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from ck_core.domain.command import Command
from ck_core.domain.dataset import Dataset
from ck_core.domain.names import LONGEST_NAME_BYTES, is_one_part
from ck_core.domain.program import Program
from ck_core.domain.repeat_variable import REPEAT_VARIABLE

REFERENCE_DIRECTORY = "reference"


def reference_directory(
    program: Program,
    command: Command,
    dataset: Dataset | None,
    environment: Mapping[str, str] | None = None,
) -> Path:
    """``reference/COMMAND/DATASET``, and the values of variables that outputs depend on."""
    root = program.component.path / REFERENCE_DIRECTORY / command.key
    place = root / (dataset.name if dataset else "none")
    varied = ",".join(_variation(program, command, environment or {}))
    return place / _as_name(varied) if varied else place


def find_references(
    program: Program, command: Command, dataset: Dataset | None, environment: Mapping[str, str]
) -> dict[str, Path]:
    """Of the checked files, those that have a reference."""
    directory = reference_directory(program, command, dataset, environment)
    files = {name: directory / name for name in command.checked_files}
    return {name: path for name, path in files.items() if path.is_file()}


def _variation(program: Program, command: Command, environment: Mapping[str, str]) -> Iterator[str]:
    """What the command says its outputs depend on, and another number of repetitions."""
    for name in command.reference_variables:
        yield f"{name}={environment.get(name, '')}"
    usual = command.environment.get(
        REPEAT_VARIABLE, program.run_environment.get(REPEAT_VARIABLE, "")
    )
    asked = environment.get(REPEAT_VARIABLE, usual)
    if (
        asked != usual
        and not command.repeat_invariant
        and REPEAT_VARIABLE not in command.reference_variables
    ):
        yield f"{REPEAT_VARIABLE}={asked}"


def _as_name(text: str) -> str:
    """Values are anybody's; what is no name of a directory becomes a hash."""
    fits = is_one_part(text) and len(text.encode(errors="replace")) <= LONGEST_NAME_BYTES
    return text if fits else sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]

"""What the commands of one run see: variables, placeholders, files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.command import Command
from ck_core.domain.dataset import Dataset
from ck_core.domain.options import RunOptions
from ck_core.domain.outcome import BuildOutcome
from ck_core.domain.program import Program
from ck_core.domain.template import (
    CommandLine,
    UnknownPlaceholderError,
    expand_command,
    expand_text,
)
from ck_core.domain.variables import compiler_last, layered, with_installations
from ck_core.errors import BadComponentError
from ck_core.stages.component_paths import path_variables, taken_directories
from ck_core.stages.compute_device import device_variables
from ck_core.stages.emulation import runnable
from ck_core.system.files import storage_errors
from ck_core.system.processes import clean_environment
from ck_core.system.trees import link_files

_DATASET_DIRECTORY = ".dataset"
_NO_BINARY = "the program has no 'source_files' to make a binary of"
_WHO_GIVES = {
    "BIN_FILE": _NO_BINARY,
    "ONLY_BIN_FILE": _NO_BINARY,
    "dataset_path": "no dataset was chosen; give 'dataset_tags' or --dataset",
    "dataset_filename": "no dataset with 'dataset_files' was chosen",
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One command on one dataset.

    Attributes:
        directory: of the run; repetitions run in fresh ones below it.
        inputs: what each of those begins with.
        environment: of the program and of what processes its files.
        values: of ``$#key#$`` placeholders.
    """

    built: BuildOutcome
    command: Command
    dataset: Dataset | None
    directory: Path
    inputs: Path
    environment: Mapping[str, str]
    values: Mapping[str, str]

    @property
    def program(self) -> Program:
        return self.built.program

    def line(self, template: str, key: str = "run_cmd_main") -> CommandLine:
        """A command of the component's, expanded; raises BadComponentError."""
        dataset_values = self.dataset.values if self.dataset else {}  # they replace nothing of ours
        try:
            line = expand_command(template, {**dataset_values, **self.environment, **self.values})
        except UnknownPlaceholderError as missing:
            reason = _WHO_GIVES.get(str(missing), "nothing gives that")
            raise self._bad(key, f"asks for '{missing}', but {reason}") from None
        except ValueError as error:
            raise self._bad(key, f"cannot be read: {error}") from None
        if not line.arguments or not line.arguments[0]:
            raise self._bad(key, "is empty")
        return line

    def _bad(self, key: str, problem: str) -> BadComponentError:
        place = f"run_cmds.{self.command.key}.run_time.{key}"
        return self.program.component.wrong(f"'{place}' {problem}")


def scene_of(
    built: BuildOutcome,
    command: Command,
    dataset: Dataset | None,
    options: RunOptions,
    *,
    directory: Path,
    context: Context,
) -> Scene:
    """Args: directory: an empty one; the component's files are linked into it."""
    link_files(built.program.component.path, directory)
    inputs = directory / ".inputs"
    inputs.mkdir()
    if built.build.products:
        link_files(built.build.products, inputs)
    templates = (command.template, *command.before.commands, *command.after.commands)
    return Scene(
        built=built,
        command=command,
        dataset=dataset,
        directory=directory,
        inputs=inputs,
        environment=_environment(
            built, command, dataset, options, directory=directory, context=context
        ),
        values={
            **_values(built, directory),
            **_dataset_values(dataset, directory),
            **taken_directories(templates, context),
        },
    )


def _environment(
    built: BuildOutcome,
    command: Command,
    dataset: Dataset | None,
    options: RunOptions,
    *,
    directory: Path,
    context: Context,
) -> dict[str, str]:
    program, found = built.program, compiler_last(built.resolved.values(), built.compiler)
    given = layered(with_installations(clean_environment(), found), _artifact_path(built))
    given = {**given, "CKP_CACHE": _cache_directory(program, context)}
    variables = {
        **given,
        **_own_variables(program, command, given),
        **path_variables(program.component_paths, context),
        **_dataset_variables(dataset, directory),
        **device_variables(program, command, options.environment),
        **options.environment,
    }
    kept = variables.keys() - set(program.removed_variables)
    return {name: value for name, value in variables.items() if name in kept}


def _cache_directory(program: Program, context: Context) -> str:
    """It outlives runs, and programs of one repository share it."""
    place = context.directory_kept_for(program.component)
    with storage_errors("make", place):
        place.mkdir(parents=True, exist_ok=True)
    return str(place)


def _own_variables(program: Program, command: Command, given: Mapping[str, str]) -> dict[str, str]:
    """``run_vars`` may name variables of dependencies: ``$<<CK_ENV_LIB>>$/data``."""
    own = {**program.run_environment, **command.environment}
    values = {**given, "src_path": f"{program.component.path}{os.sep}"}
    try:
        return {name: expand_text(value, values) for name, value in own.items()}
    except UnknownPlaceholderError as missing:
        raise program.component.wrong(
            f"'run_vars' asks for '{missing}', which nothing that was found gives"
        ) from None


def _artifact_path(built: BuildOutcome) -> dict[str, str]:
    """So that what is named without a directory is found."""
    artifact = built.build.artifact
    bare = built.program.build.bare_command
    return {"PATH": str(artifact.parent)} if artifact and bare else {}


def _values(built: BuildOutcome, directory: Path) -> dict[str, str]:
    source = f"{built.program.component.path}{os.sep}"
    values = {
        "src_path": source,
        "src_path_local": source,
        "dir_sep": os.sep,
        "os_dir_separator": os.sep,
        "up_dir": f"..{os.sep}",
        "previous_dir": f"..{os.sep}",
        "script_ext": ".sh",
    }
    return {**values, **_binary_values(built, directory)}


def _binary_values(built: BuildOutcome, directory: Path) -> dict[str, str]:
    """The artefact's path; where the program says so its name alone, as a JVM names classes."""
    plan, artifact = built.program.build, runnable(built, directory)
    if plan.bare_command and plan.is_needed:
        suffix = artifact.suffix if artifact and not plan.bare_name else ""
        name = f"{plan.target_file}{suffix}"
        return {"BIN_FILE": name, "ONLY_BIN_FILE": name}
    return {"BIN_FILE": str(artifact), "ONLY_BIN_FILE": artifact.name} if artifact else {}


def _dataset_values(dataset: Dataset | None, directory: Path) -> dict[str, str]:
    if dataset is None:
        return {}
    names = {f"dataset_filename_{n}": name for n, name in enumerate(dataset.files) if n}
    first = {"dataset_filename": dataset.files[0]} if dataset.files else {}
    return {**first, **names, "dataset_path": _dataset_path(dataset, directory)}


def _dataset_path(dataset: Dataset, directory: Path) -> str:
    """Links to its files: some programs write beside their input."""
    place = directory / _DATASET_DIRECTORY
    if not place.exists():
        link_files(dataset.component.path, place)
    return f"{place}{os.sep}"


def _dataset_variables(dataset: Dataset | None, directory: Path) -> dict[str, str]:
    if dataset is None:
        return {}
    return {
        "CK_DATASET_PATH": _dataset_path(dataset, directory),
        "CK_DATASET_FILENAME": dataset.files[0] if dataset.files else "",
    }

"""Stage *run*: the binary is executed and measured."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.dataset import Dataset
from ck_core.domain.options import RunOptions
from ck_core.domain.outcome import BuildOutcome
from ck_core.domain.program import Command, Program
from ck_core.domain.run import RunRequest, RunResult
from ck_core.domain.template import CommandLine, UnknownPlaceholderError, expand_command
from ck_core.errors import BadComponentError, RunError, RunTimeoutError, UsageError
from ck_core.system.files import storage_errors
from ck_core.system.processes import clean_environment
from ck_core.system.trees import link_files, remove_older

REFERENCE_DIRECTORY = "reference"
_DATASET_DIRECTORY = ".dataset"
_LONGEST_PREFIX = 50
_KEPT_S = 7 * 24 * 3600.0
"""How long the files of a failed run are kept."""
_WHO_GIVES = {
    "BIN_FILE": "the program has no 'source_files' to make a binary of",
    "ONLY_BIN_FILE": "the program has no 'source_files' to make a binary of",
    "dataset_path": "no dataset was chosen; give 'dataset_tags' or --dataset",
    "dataset_filename": "no dataset with 'dataset_files' was chosen",
}


@contextmanager
def prepared_run(
    built: BuildOutcome,
    command: Command,
    dataset: Dataset | None,
    options: RunOptions,
    context: Context,
) -> Iterator[RunRequest]:
    """What the launcher needs; its directory outlives the block only where a repetition failed."""
    request = _request(built, command, dataset, options, context)
    try:
        yield request
    except (RunError, RunTimeoutError):
        raise
    except BaseException:
        shutil.rmtree(request.directory, ignore_errors=True)
        raise
    shutil.rmtree(request.directory, ignore_errors=True)


def run(request: RunRequest, program: Program, context: Context) -> RunResult:
    """All repetitions.

    Raises:
        RunTimeoutError, RunError: a repetition did; its directory is kept and named.
        UsageError: nobody executes for that launcher.
    """
    runs = request.warmups + request.repetitions
    with context.reporter.step(f"running {program.name} {runs} times"):
        result = context.plugins.claim("run", request=request)
    if not isinstance(result, RunResult):
        raise UsageError(
            f"no plugin runs programs with launcher '{request.launcher}'",
            hint=f"plugins that run programs: {', '.join(context.plugins.providers('run'))}",
        )
    if result.error:
        raise _failure(result, request, program)
    return result


def reference_directory(program: Program, command: Command, dataset: Dataset | None) -> Path:
    root = program.component.path / REFERENCE_DIRECTORY / command.key
    return root / (dataset.name if dataset else "none")


def _request(
    built: BuildOutcome,
    command: Command,
    dataset: Dataset | None,
    options: RunOptions,
    context: Context,
) -> RunRequest:
    """With templates expanded."""
    program = built.program
    directory = _new_run_directory(program.name, context.runs_directory)
    link_files(program.component.path, directory)
    values = _values(built, dataset, directory)
    environment = {
        **clean_environment(),
        **_installation_variables(built),
        **program.run_environment,
        **_dataset_variables(dataset, directory),
        **options.environment,
    }
    line = _command_line(program, command, {**_dataset_values(dataset), **environment, **values})
    return RunRequest(
        arguments=line.arguments,
        environment={**environment, **line.variables},
        directory=directory,
        repetitions=options.repetitions,
        warmups=options.warmups,
        timeout_s=options.timeout_s,
        stdout_file=command.stdout_file,
        stderr_file=command.stderr_file,
        checked_files=command.checked_files,
        references=_references(program, command, dataset),
        tolerance=command.tolerance,
        timer_file=command.timer_file,
        ignore_exit_status=command.ignore_exit_status,
        launcher=options.launcher,
    )


def _failure(
    result: RunResult, request: RunRequest, program: Program
) -> RunError | RunTimeoutError:
    kind = RunTimeoutError if result.timed_out else RunError
    hint = f"its files are in {request.directory}"
    if result.timed_out:
        hint += "; --timeout=SECONDS allows more"
    return kind(f"program:{program.name} {result.error}", hint=hint, details=result.details)


def _values(built: BuildOutcome, dataset: Dataset | None, directory: Path) -> dict[str, str]:
    """Values of ``$#key#$`` placeholders."""
    artifact = built.build.artifact
    source = f"{built.program.component.path}{os.sep}"
    values = {
        "src_path": source,
        "src_path_local": source,
        "dir_sep": os.sep,
        "os_dir_separator": os.sep,
        "script_ext": ".sh",
    }
    if artifact:
        values |= {"BIN_FILE": str(artifact), "ONLY_BIN_FILE": artifact.name}
    if dataset:
        names = {f"dataset_filename_{n}": name for n, name in enumerate(dataset.files) if n}
        values |= {**names, "dataset_path": _dataset_path(dataset, directory)}
        if dataset.files:
            values["dataset_filename"] = dataset.files[0]
    return values


def _dataset_values(dataset: Dataset | None) -> Mapping[str, str]:
    """A dataset's own values; they never replace what ckp or the user gives."""
    return dataset.values if dataset else {}


def _command_line(program: Program, command: Command, values: Mapping[str, str]) -> CommandLine:
    try:
        line = expand_command(command.template, values)
    except UnknownPlaceholderError as missing:
        reason = _WHO_GIVES.get(str(missing), "nothing gives that")
        raise _bad_command(program, command, f"asks for '{missing}', but {reason}") from None
    except ValueError as error:
        raise _bad_command(program, command, f"cannot be read: {error}") from None
    if not line.arguments or not line.arguments[0]:
        raise _bad_command(program, command, "is empty")
    return line


def _bad_command(program: Program, command: Command, problem: str) -> BadComponentError:
    file = program.component.meta_file
    return BadComponentError(
        f"{file}: 'run_cmds.{command.key}.run_time.run_cmd_main' {problem}", hint=f"correct {file}"
    )


def _installation_variables(built: BuildOutcome) -> dict[str, str]:
    found = built.resolved.values()
    return {name: value for one in found for name, value in one.environment.items()}


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


def _references(program: Program, command: Command, dataset: Dataset | None) -> dict[str, Path]:
    directory = reference_directory(program, command, dataset)
    files = {name: directory / name for name in command.checked_files}
    return {name: path for name, path in files.items() if path.is_file()}


def _new_run_directory(name: str, root: Path) -> Path:
    remove_older(root, _KEPT_S)
    with storage_errors("create", root):
        root.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{name[:_LONGEST_PREFIX]}-", dir=root))

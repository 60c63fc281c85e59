"""Stage *run*: the binary is executed and measured."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.command import Command
from ck_core.domain.dataset import Dataset
from ck_core.domain.names import stays_below
from ck_core.domain.options import RunOptions
from ck_core.domain.outcome import BuildOutcome
from ck_core.domain.program import Program
from ck_core.domain.run import RunRequest, RunResult
from ck_core.errors import RunError, RunTimeoutError, UsageError
from ck_core.stages.before_runs import before_runs
from ck_core.stages.blame import (
    blamed_with_room,
    check_build_is_there,
    check_outputs_had_room,
)
from ck_core.stages.emulation import launcher_for
from ck_core.stages.references import find_references
from ck_core.stages.scene import Scene, scene_of
from ck_core.store.run_directories import keep, new_run_directory
from ck_core.system.job_records import has_job_in


@dataclass(frozen=True)
class PreparedRun:
    """What the launcher needs, and what the component's own commands see."""

    request: RunRequest
    scene: Scene


@contextmanager
def prepared_run(
    built: BuildOutcome,
    command: Command,
    dataset: Dataset | None,
    options: RunOptions,
    context: Context,
    *,
    keeps_failed: bool = True,
) -> Iterator[PreparedRun]:
    """Its directory outlives the block only where a repetition or its processing failed.

    Args:
        keeps_failed: no: nobody is told where it is.
    """
    directory = new_run_directory(built.program.name, context.runs_directory)
    try:
        scene = scene_of(built, command, dataset, options, directory=directory, context=context)
        with blamed_with_room(directory):
            scene = before_runs(scene, context)
        yield PreparedRun(_request(scene, options, context), scene)
    except BaseException as error:
        if keeps_failed and isinstance(error, (RunError, RunTimeoutError)):
            keep(directory)
        else:
            _clear(directory)
        raise
    _clear(directory)


def _clear(directory: Path) -> None:
    """Not where a cluster's job goes on in it, because the user has left it to."""
    if not has_job_in(directory):
        shutil.rmtree(directory, ignore_errors=True)


def run(request: RunRequest, built: BuildOutcome, context: Context) -> RunResult:
    """All repetitions.

    Raises:
        RunTimeoutError, RunError: a repetition did; its directory is kept and named.
        StorageError: it had no room for its files, or the binary vanished.
        UsageError: nobody executes for that launcher.
    """
    program, runs = built.program, request.warmups + request.repetitions
    with context.reporter.step(f"running {program.name} {runs} times"):
        result = context.plugins.claim("run", request=request)
    if not isinstance(result, RunResult):
        raise UsageError(
            f"no plugin runs programs with launcher '{request.launcher}'",
            hint=f"plugins that run programs: {', '.join(context.plugins.providers('run'))}",
        )
    check_build_is_there(built)
    if result.error:
        check_outputs_had_room(request, result.repetitions)
        raise _failure(result, request, program)
    return result


def _request(scene: Scene, options: RunOptions, context: Context) -> RunRequest:
    """With templates expanded."""
    command, environment = scene.command, scene.environment
    line = scene.line(command.template)
    timer_file = _timer_file(scene)
    return RunRequest(
        arguments=line.arguments,
        environment={**environment, **line.variables},
        directory=scene.directory,
        repetitions=options.repetitions,
        warmups=options.warmups,
        timeout_s=options.timeout_s,
        stdout_file=command.stdout_file,
        stderr_file=command.stderr_file,
        checked_files=command.checked_files,
        references=find_references(scene.program, command, scene.dataset, environment),
        tolerance=command.tolerance,
        output_checks=command.output_checks,
        timer_file=timer_file,
        ignore_exit_status=command.ignore_exit_status,
        inputs=scene.inputs if any(scene.inputs.iterdir()) else None,
        keeps_all=bool(timer_file or command.after),
        launcher=launcher_for(context.platform.target, options.launcher),
        launcher_options=options.launcher_options,
        target=context.platform.target,
        emulator=scene.built.emulator.name if scene.built.emulator else "",
        cpus=options.cpus,
        monitors=options.monitors,
    )


def _timer_file(scene: Scene) -> str:
    """xOpenME lets a variable name another file."""
    named = scene.environment.get("XOPENME_TIME_FILE", "")
    return named if named and stays_below(named) else scene.command.timer_file


def _failure(
    result: RunResult, request: RunRequest, program: Program
) -> RunError | RunTimeoutError:
    kind = RunTimeoutError if result.timed_out else RunError
    hint = f"its files are in {request.directory}"
    if result.timed_out:
        hint += "; --timeout=SECONDS allows more"
    return kind(f"program:{program.name} {result.error}", hint=hint, details=result.details)

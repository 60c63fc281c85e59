"""The chain of stages; read this first.

detect -> resolve -> install -> build -> run -> postprocess

The first three are in ``ck_core.dependencies``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ck_core.context import Context
from ck_core.dependencies import resolve_program
from ck_core.domain.command import Command
from ck_core.domain.dataset import Dataset
from ck_core.domain.lock import Lock
from ck_core.domain.metric import Metric
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.outcome import BuildOutcome, BuiltCommand, RunOutcome
from ck_core.domain.parameter import Parameter, TuningSession
from ck_core.domain.program import Program, parse_program
from ck_core.domain.run import RunResult
from ck_core.stages.after_runs import after_runs
from ck_core.stages.blame import blamed_with_room, check_outputs_had_room, check_room
from ck_core.stages.build import build
from ck_core.stages.dataset import choose_dataset
from ck_core.stages.locking import lock_of
from ck_core.stages.postprocess import postprocess
from ck_core.stages.provenance import sources
from ck_core.stages.record_reference import check_recordable, record_reference
from ck_core.stages.run import PreparedRun, prepared_run, run


def run_program(options: RunOptions, context: Context) -> RunOutcome:
    """From a program's name to its metrics.

    Raises:
        CkpError: one class a cause, see ck_core.errors.
    """
    ready = build_command(options, context)
    with prepared_run(ready.built, ready.command, ready.dataset, options, context) as prepared:
        found = run(prepared.request, ready.program, context)
        result, metrics = judge(found, prepared, ready, options, context)
    return run_outcome(ready, result, metrics)


def build_command(options: RunOptions, context: Context) -> BuiltCommand:
    """The program, the command and the dataset that are meant; installed and built."""
    program, command, dataset = _chosen(options, context)
    if options.record_reference:
        check_recordable(program, command, context)
    built = build_program(options.build, context, command)
    return BuiltCommand(built=built, command=command, dataset=dataset)


def judge(
    result: RunResult,
    prepared: PreparedRun,
    ready: BuiltCommand,
    options: RunOptions,
    context: Context,
) -> tuple[RunResult, Mapping[str, Metric]]:
    """Repetitions with what the component itself makes of them, and their metrics.

    Raises:
        StorageError: an output is not known to be right, and the disk has no room for it.
        CkpError: the component's own steps failed, or a plugin's.
    """
    request = prepared.request
    with blamed_with_room(request.directory):
        result = after_runs(prepared.scene, request, result, context)
    if options.record_reference:
        check_room(request.directory)
        request = record_reference(request, result, ready.program, ready.command, ready.dataset)
    metrics = postprocess(request, result, ready.built.build, context)
    if "correct" not in metrics or metrics["correct"].value is not True:
        check_outputs_had_room(request, result.repetitions)
    return result, metrics


def run_outcome(
    ready: BuiltCommand, result: RunResult, metrics: Mapping[str, Metric]
) -> RunOutcome:
    """What was built, run and judged, as one."""
    return RunOutcome(
        built=ready.built,
        command_key=ready.command.key,
        dataset=ready.dataset.name if ready.dataset else "",
        sources=sources(ready.program, ready.dataset),
        run=result,
        metrics=metrics,
    )


def build_program(
    options: BuildOptions, context: Context, command: Command | None = None
) -> BuildOutcome:
    """From a program's name to its binary, and to what runs that command."""
    program = parse_program(context.store.get(options.program))
    for key in program.unsupported:
        context.reporter.warn(
            f"{program.component.full_cid} asks for '{key}', which ckp leaves out"
        )
    resolved = resolve_program(program, options, context, command)
    result = build(program, resolved, options, context)
    return BuildOutcome(program=program, resolved=resolved, build=result)


def lock_program(options: RunOptions, context: Context) -> Lock:
    """What a program would be built and run with, installed where it was missing."""
    program, command, dataset = _chosen(options, context)
    resolved = resolve_program(program, options.build, context, command)
    return lock_of(program, dataset, resolved, context)


def tuning_parameters(options: BuildOptions, context: Context) -> list[Parameter]:
    """What plugins offer to vary when this program is tuned."""
    program = parse_program(context.store.get(options.program))
    resolved = resolve_program(program, options, context)
    session = TuningSession(compilers=tuple(resolved.values()))
    with context.reporter.step(f"asking what may be varied in {program.name}"):
        context.plugins.contribute("autotune", session=session)
    return sorted(session.parameters.values(), key=lambda one: (one.group, one.name))


def _chosen(options: RunOptions, context: Context) -> tuple[Program, Command, Dataset | None]:
    program = parse_program(context.store.get(options.build.program))
    command = program.command(options.command_key)
    return program, command, choose_dataset(program, command, options.dataset, context)

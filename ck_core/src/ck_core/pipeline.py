"""The chain of stages; read this first.

detect -> resolve -> install -> build -> run -> postprocess

The first three are in ``ck_core.dependencies``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ck_core.context import Context
from ck_core.dependencies import resolve_program
from ck_core.domain.build import BuildResult
from ck_core.domain.command import Command
from ck_core.domain.dataset import Dataset
from ck_core.domain.lock import Lock
from ck_core.domain.metric import Metric
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.outcome import BuildOutcome, BuiltCommand, RunOutcome
from ck_core.domain.program import Program, parse_program
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.run import RunRequest, RunResult
from ck_core.domain.tuning.choices_reading import read_choices
from ck_core.domain.tuning.fixed_variables import fix_variables
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.superseding import settle_superseded
from ck_core.stages.after_runs import after_runs
from ck_core.stages.blame import blamed_with_room, check_outputs_had_room, check_room
from ck_core.stages.build import build
from ck_core.stages.build_jobs import build_job_of
from ck_core.stages.dataset import choose_dataset
from ck_core.stages.locking import lock_of
from ck_core.stages.own_options import with_own_options
from ck_core.stages.postprocess import postprocess
from ck_core.stages.provenance import sources
from ck_core.stages.record_reference import check_recordable, record_reference
from ck_core.stages.run import PreparedRun, prepared_run, run
from ck_core.stages.training import Training
from ck_core.stages.typed_commands import behind_link, typed_in, with_variables


def run_program(options: RunOptions, context: Context) -> RunOutcome:
    """From a program's name to its metrics.

    Raises:
        CkpError: one class a cause, see ck_core.errors.
    """
    ready = build_command(options, context)
    with prepared_run(ready.built, ready.command, ready.dataset, options, context) as prepared:
        found = run(prepared.request, ready.built, context)
        result, metrics = judge(found, prepared, ready, options, context)
    return run_outcome(ready, result, metrics)


def build_command(options: RunOptions, context: Context) -> BuiltCommand:
    """The program, the command and the dataset that are meant; installed and built."""
    program, command, dataset = _chosen(options, context)
    if options.record_reference:
        check_recordable(program, command, context)
    _warn_of_unsupported(program, context)
    resolved = resolve_program(program, options.build, context, command)
    unbuilt = BuildOutcome(program=program, resolved=resolved, build=BuildResult(artifact=None))
    ready = BuiltCommand(built=unbuilt, command=command, dataset=dataset)
    return built_with(ready, options, context)


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
    _warn_of_unsupported(program, context)
    resolved = resolve_program(program, options, context, command)
    result = build(program, resolved, options, context)
    return BuildOutcome(program=program, resolved=resolved, build=result)


def build_with_own_options(
    options: BuildOptions, own: Mapping[str, object], context: Context
) -> BuildOutcome:
    """As ``build_program``; with options of the program's own, for the command that they mean."""
    if not own:
        return build_program(options, context)
    run = with_own_options(RunOptions(build=options), own, context)
    command = parse_program(context.store.get(options.program)).command(run.command_key)
    return build_program(run.build, context, command)


def lock_program(options: RunOptions, context: Context) -> Lock:
    """What a program would be built and run with, installed where it was missing."""
    program, command, dataset = _chosen(options, context)
    resolved = resolve_program(program, options.build, context, command)
    return lock_of(program, dataset, resolved, context)


def built_with(
    ready: BuiltCommand, options: RunOptions, context: Context, private: Path | None = None
) -> BuiltCommand:
    """The same program, tools and dataset, built with other options.

    Args:
        private: as for ``build``.
    """
    training = _training(ready, options, context) if options.build.profiled else None
    found = build(
        ready.program,
        ready.built.resolved,
        options.build,
        context,
        training,
        private=private,
        job=build_job_of(options, context),
    )
    return replace(ready, built=replace(ready.built, build=found))


def _training(ready: BuiltCommand, options: RunOptions, context: Context) -> Training:
    """One run of the command on its dataset, with the program's own number of repetitions."""
    environment = {k: v for k, v in options.environment.items() if k != REPEAT_VARIABLE}
    once = replace(options, environment=environment, repetitions=1, warmups=0, monitors=frozenset())

    def train(result: BuildResult) -> tuple[str, ...]:
        built = replace(ready.built, build=result)
        with prepared_run(built, ready.command, ready.dataset, once, context) as prepared:
            run(prepared.request, built, context)
            return _typed(prepared.request, ready, environment)

    facts = (ready.command.key, *_trained_on(ready.dataset), *sorted(environment.items()))
    return Training(repr(facts), train)


def _typed(
    request: RunRequest, ready: BuiltCommand, environment: Mapping[str, str]
) -> tuple[str, ...]:
    """How it was called: variables that the program or the user sets, and inputs themselves."""
    names = {**ready.program.run_environment, **ready.command.environment, **environment}
    given = {name: request.environment[name] for name in names if name in request.environment}
    arguments = (behind_link(one, request.directory) for one in request.arguments)
    words = with_variables(given, arguments)
    (command,) = typed_in(request.directory, [words])
    return command


def _trained_on(dataset: Dataset | None) -> Iterator[object]:
    """Another dataset, or one that was changed, makes another profile."""
    if dataset is None:
        return
    yield dataset.component.full_cid
    for file in dataset.files:
        path = dataset.component.path / file
        yield file
        if path.is_file():
            status = path.stat()
            yield status.st_size, status.st_mtime_ns


def tuning_session(
    options: RunOptions,
    context: Context,
    groups: tuple[str, ...] = (),
    *,
    resolves: bool = True,
) -> TuningSession:
    """What the program and plugins offer: parameters to vary, and strategies.

    Args:
        groups: of parameters that are needed; empty are all.
        resolves: else without what compilers and other installations offer.
    """
    program, command, _ = _chosen(options, context)
    choices = read_choices(program, command)
    resolved = resolve_program(program, options.build, context, command) if resolves else {}
    session = TuningSession(
        program=program,
        compilers=tuple(resolved.values()),
        flags=options.build.flags,
        resolved=resolved,
        launcher=options.launcher,
        launcher_options=options.launcher_options,
        environment=options.environment,
        groups=groups,
    )
    session.add_parameters(*choices.parameters)
    for one in choices.constraints:
        session.add_constraint(one)
    for note in choices.notes:
        context.reporter.note(note)
    with context.reporter.step(f"asking what may be varied in {program.name}"):
        context.plugins.contribute("autotune", session.begins, session=session)
    settle_superseded(session)
    fix_variables(session, {**session.fixed, **options.environment})
    return session


def features_session(options: BuildOptions, context: Context) -> TuningSession:
    """What plugins know of how programs are characterised; nothing is varied."""
    program = parse_program(context.store.get(options.program))
    resolved = resolve_program(program, options, context)
    session = TuningSession(
        program=program,
        compilers=tuple(resolved.values()),
        resolved=resolved,
        only_features=True,
    )
    context.plugins.contribute("autotune", session.begins, session=session)
    return session


def _warn_of_unsupported(program: Program, context: Context) -> None:
    for key in program.unsupported:
        context.reporter.warn(
            f"{program.component.full_cid} asks for '{key}', which ckp leaves out"
        )


def _chosen(options: RunOptions, context: Context) -> tuple[Program, Command, Dataset | None]:
    program = parse_program(context.store.get(options.build.program))
    command = program.command(options.command_key)
    return program, command, choose_dataset(program, command, options.dataset, context)

"""The chain of stages; read this first.

detect -> resolve -> install -> build -> run -> postprocess
"""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.outcome import BuildOutcome, RunOutcome
from ck_core.domain.parameter import Parameter, TuningSession
from ck_core.domain.program import parse_program
from ck_core.domain.requirement import Requirement
from ck_core.stages.build import build
from ck_core.stages.dataset import choose_dataset
from ck_core.stages.detect import detect
from ck_core.stages.install import install
from ck_core.stages.postprocess import postprocess
from ck_core.stages.provenance import sources
from ck_core.stages.record_reference import check_recordable, record_reference
from ck_core.stages.resolve import resolve, with_compiler
from ck_core.stages.run import prepared_run, run


def run_program(options: RunOptions, context: Context) -> RunOutcome:
    """From a program's name to its metrics.

    Raises:
        CkpError: one class a cause, see ck_core.errors.
    """
    program = parse_program(context.store.get(options.build.program))
    command = program.command(options.command_key)
    if options.record_reference:
        check_recordable(program, command, context)
    dataset = choose_dataset(program, command, options.dataset, context)
    built = build_program(options.build, context)
    with prepared_run(built, command, dataset, options, context) as request:
        result = run(request, program, context)
        judged = (
            record_reference(request, result, program, command, dataset)
            if options.record_reference
            else request
        )
        metrics = postprocess(judged, result, built.build, context)
    return RunOutcome(
        built=built,
        command_key=command.key,
        dataset=dataset.name if dataset else "",
        sources=sources(program, dataset),
        run=result,
        metrics=metrics,
    )


def build_program(options: BuildOptions, context: Context) -> BuildOutcome:
    """From a program's name to its binary."""
    program = parse_program(context.store.get(options.program))
    for key in program.unsupported:
        context.reporter.warn(
            f"{program.component.full_cid} asks for '{key}', which ckp leaves out"
        )
    requirements = with_compiler(program.requirements, options.compiler)
    resolved = find_installations(requirements, context)
    result = build(program, resolved, options, context)
    return BuildOutcome(program=program, resolved=resolved, build=result)


def find_installations(
    requirements: Sequence[Requirement], context: Context
) -> dict[str, Installation]:
    """One installation for each requirement, by the requirement's key."""
    candidates = {need.key: detect(need, context) for need in requirements}
    resolutions = resolve(candidates, requirements, context.platform.target)
    return {one.requirement.key: install(one, context) for one in resolutions}


def tuning_parameters(options: BuildOptions, context: Context) -> list[Parameter]:
    """What plugins offer to vary when this program is tuned."""
    program = parse_program(context.store.get(options.program))
    requirements = with_compiler(program.requirements, options.compiler)
    resolved = find_installations(requirements, context)
    session = TuningSession(compilers=tuple(resolved.values()))
    with context.reporter.step(f"asking what may be varied in {program.name}"):
        context.plugins.contribute("autotune", session=session)
    return sorted(session.parameters.values(), key=lambda one: (one.group, one.name))

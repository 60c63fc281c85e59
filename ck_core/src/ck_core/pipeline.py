"""The chain of stages; read this first.

detect -> resolve -> install -> build -> run -> postprocess
"""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.context import Context
from ck_core.domain.command import Command
from ck_core.domain.installation import Installation
from ck_core.domain.lock import Lock
from ck_core.domain.options import FREE, BuildOptions, ResolvePolicy, RunOptions
from ck_core.domain.outcome import BuildOutcome, RunOutcome
from ck_core.domain.parameter import Parameter, TuningSession
from ck_core.domain.program import Program, parse_program
from ck_core.domain.requirement import Requirement, here
from ck_core.domain.resolution import Findings, Plan
from ck_core.stages.after_runs import after_runs
from ck_core.stages.build import build
from ck_core.stages.dataset import choose_dataset
from ck_core.stages.detect import Detection, Reach
from ck_core.stages.emulation import emulator_requirement
from ck_core.stages.install import install, install_by_plugin
from ck_core.stages.locking import check_lock, lock_differs, lock_of, locked_needs, locked_only
from ck_core.stages.postprocess import postprocess
from ck_core.stages.preference import prefer
from ck_core.stages.provenance import sources
from ck_core.stages.record_reference import check_recordable, record_reference
from ck_core.stages.resolve import check_named, resolve, unresolved, with_wishes
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
    built = build_program(options.build, context, command)
    with prepared_run(built, command, dataset, options, context) as prepared:
        request = prepared.request
        result = after_runs(prepared.scene, request, run(request, program, context), context)
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
    program = parse_program(context.store.get(options.build.program))
    command = program.command(options.command_key)
    dataset = choose_dataset(program, command, options.dataset, context)
    resolved = resolve_program(program, options.build, context, command)
    return lock_of(program, dataset, resolved, context)


def resolve_program(
    program: Program, options: BuildOptions, context: Context, command: Command | None = None
) -> dict[str, Installation]:
    """What a program needs, to be built or to run a command as well, by the requirement's key.

    Narrowed to what the user named.
    """
    if options.policy.lock:
        check_lock(options.policy.lock, program, context)
    wishes = {**({"compiler": options.compiler} if options.compiler else {}), **options.wishes}
    needs = with_wishes(program.requirements_of(command), wishes, options.wished_tags)
    emulator = emulator_requirement(context.platform) if command else None
    needs = locked_needs([*needs, *([emulator] if emulator else [])], options.policy.lock)
    return find_installations(needs, program.component.cid, context, options.policy)


def find_installations(
    requirements: Sequence[Requirement],
    needed_by: str,
    context: Context,
    policy: ResolvePolicy = FREE,
    asked: frozenset[Requirement] = frozenset(),
) -> dict[str, Installation]:
    """One installation for each requirement, by the requirement's key.

    Args:
        asked: plugins have been asked to install for these, and need not be again.

    Raises:
        UnresolvedError: one cannot be met; the details are a tree of reasons.
    """
    needs = here(requirements, context.platform)
    check_named(needs, context)
    detection = Detection(needs, context)
    for reach in reaches(policy):
        found = detection.look(reach)
        plan = solved(needs, found, policy, context)
        if plan.is_whole:
            installed = install(plan, context, allowed_system=policy.allowed_system)
            return {one.key: installed[one.key] for one in needs}
    missing = frozenset(to_be_installed(plan, policy)) - asked
    if [one for one in missing if install_by_plugin(one, context)]:
        return find_installations(requirements, needed_by, context, policy, asked | missing)
    if policy.lock:
        raise lock_differs(needs, found, policy.lock, needed_by, context)
    raise unresolved(plan, found, needed_by, context)


def solved(
    needs: Sequence[Requirement], found: Findings, policy: ResolvePolicy, context: Context
) -> Plan:
    """The best plan; of equals what the user prefers, or only what a lock holds."""
    if policy.lock:
        return resolve(needs, locked_only(needs, found, policy.lock, context), context.platform)
    plan = resolve(needs, found, context.platform)
    return prefer(plan, needs, found, context) if plan.is_whole else plan


def reaches(policy: ResolvePolicy) -> list[Reach]:
    """Without installing, packages are not even looked at."""
    return [one for one in Reach if policy.installs or one is not Reach.INSTALLABLE]


def to_be_installed(plan: Plan, policy: ResolvePolicy) -> list[Requirement]:
    """What plugins may be asked to install; nothing that a lock does not name."""
    held = policy.lock.resolved if policy.lock else {one.key: one for one in plan.unmet}
    return [one for one in plan.unmet if policy.installs and one.key in held]


def tuning_parameters(options: BuildOptions, context: Context) -> list[Parameter]:
    """What plugins offer to vary when this program is tuned."""
    program = parse_program(context.store.get(options.program))
    resolved = resolve_program(program, options, context)
    session = TuningSession(compilers=tuple(resolved.values()))
    with context.reporter.step(f"asking what may be varied in {program.name}"):
        context.plugins.contribute("autotune", session=session)
    return sorted(session.parameters.values(), key=lambda one: (one.group, one.name))

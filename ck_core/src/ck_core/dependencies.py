"""What a program needs, found, chosen and installed: one installation for each requirement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ck_core.context import Context
from ck_core.domain.command import Command
from ck_core.domain.installation import Installation
from ck_core.domain.options import FREE, BuildOptions, ResolvePolicy
from ck_core.domain.program import Program
from ck_core.domain.requirement import Requirement, here
from ck_core.domain.resolution import Findings, Plan
from ck_core.errors import UsageError
from ck_core.stages.detect import Detection, Reach
from ck_core.stages.emulation import emulator_requirement
from ck_core.stages.install import install, install_by_plugin
from ck_core.stages.locking import check_lock, lock_differs, locked_needs, locked_only
from ck_core.stages.preference import prefer
from ck_core.stages.resolve import check_named, resolve, unresolved, with_wishes


def resolve_program(
    program: Program, options: BuildOptions, context: Context, command: Command | None = None
) -> dict[str, Installation]:
    """What a program needs, to be built or to run a command as well, by the requirement's key.

    Narrowed to what the user named.
    """
    lock = options.policy.lock
    if lock:
        check_lock(lock, program, context)
    wishes = _wishes(program, options)
    needs = with_wishes(program.requirements_of(command), wishes, options.wished_tags)
    if command and (emulator := emulator_requirement(context.platform)):
        needs.append(emulator)
    needs = locked_needs(needs, lock)
    return find_installations(needs, program.component.cid, context, options.policy)


def find_installations(
    requirements: Sequence[Requirement],
    needed_by: str,
    context: Context,
    policy: ResolvePolicy = FREE,
) -> dict[str, Installation]:
    """One installation for each requirement, by the requirement's key.

    Raises:
        UnresolvedError: one cannot be met; the details are a tree of reasons.
    """
    needs = here(requirements, context.platform)
    check_named(needs, context)
    asked: frozenset[Requirement] = frozenset()
    while True:
        plan, found = _best_plan(needs, policy, context)
        if plan.is_whole:
            installed = install(plan, context, allowed_system=policy.allowed_system)
            return {one.key: installed[one.key] for one in needs}
        missing = _to_be_installed(plan, policy) - asked
        if not [one for one in missing if install_by_plugin(one, context)]:
            break
        asked |= missing  # what plugins have installed may need more, but each is asked once
    if policy.lock:
        raise lock_differs(needs, found, policy.lock, needed_by, context)
    raise unresolved(plan, found, needed_by, context)


def _wishes(program: Program, options: BuildOptions) -> Mapping[str, str]:
    """With the compiler under the key by which this program needs it."""
    wishes = {**options.wishes, **options.substitutes}
    if not options.compiler:
        return wishes
    key = program.compiler_key
    wished = wishes.get(key, options.compiler)
    if wished != options.compiler:
        raise UsageError(f"{key} is to be both {wished} and {options.compiler}", hint="name one")
    return {**wishes, key: wished}


def _best_plan(
    needs: Sequence[Requirement], policy: ResolvePolicy, context: Context
) -> tuple[Plan, Findings]:
    """The first that is whole, looking further and further; or the last, with what was found."""
    detection = Detection(needs, context)
    for reach in _reaches(policy):
        found = detection.look(reach)
        plan = _chosen(needs, found, policy, context)
        if plan.is_whole:
            break
    return plan, found


def _reaches(policy: ResolvePolicy) -> list[Reach]:
    """Without installing, packages are not even looked at."""
    return [one for one in Reach if policy.installs or one is not Reach.INSTALLABLE]


def _chosen(
    needs: Sequence[Requirement], found: Findings, policy: ResolvePolicy, context: Context
) -> Plan:
    """The best plan; of equals what the user prefers, or only what a lock holds."""
    if policy.lock:
        return resolve(needs, locked_only(needs, found, policy.lock, context), context.platform)
    plan = resolve(needs, found, context.platform)
    return prefer(plan, needs, found, context) if plan.is_whole else plan


def _to_be_installed(plan: Plan, policy: ResolvePolicy) -> frozenset[Requirement]:
    """What plugins may be asked to install; nothing that a lock does not name."""
    held = policy.lock.resolved if policy.lock else {one.key: one for one in plan.unmet}
    return frozenset(one for one in plan.unmet if policy.installs and one.key in held)

"""Stage *install*: packages of a plan become installations."""

from __future__ import annotations

from ck_core.context import Context
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import Plan
from ck_core.stages.install_package import install_package


def install(
    plan: Plan, context: Context, *, allowed_system: bool = False
) -> dict[str, Installation]:
    """What the plan chose, by key; missing packages are installed in the plan's order.

    Raises:
        InstallError: one failed; nothing of it is registered, its log is named.
    """
    done: dict[str, Installation] = {}
    for key, option in plan.choices.items():
        if isinstance(option, Installation):
            done[key] = option
            continue
        made_with = {need.key: done[need.key] for need in option.requirements if need.key in done}
        own = context.for_host() if key in plan.for_host else context
        done[key] = install_package(option, made_with, own, allowed_system=allowed_system)
    return done


def install_by_plugin(requirement: Requirement, context: Context) -> Installation | None:
    """By a plugin that has a way of its own, without a package; None where there is none."""
    with context.reporter.step(f"{requirement} is not here: asking plugins to install it"):
        installed = context.plugins.claim(
            "install",
            request=InstallRequest(
                requirement=requirement,
                platform=context.platform,
                root=context.tools_directory,
            ),
        )
    if isinstance(installed, Installation):
        context.environments.register(installed)
        context.reporter.note(f"installed {installed.name} ({installed.origin}) for {requirement}")
        return installed
    return None

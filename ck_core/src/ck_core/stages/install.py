"""Stage *install*: gets what was not found, or explains why there is nothing to be had."""

from __future__ import annotations

from ck_core.context import Context
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.resolution import Resolution
from ck_core.errors import UnresolvedError
from ck_core.system import home


def install(resolution: Resolution, context: Context) -> Installation:
    """The chosen installation, or a new one.

    Raises:
        UnresolvedError: nothing fits and no plugin installs it.
        InstallError: a plugin tried and failed.
    """
    if resolution.chosen:
        return resolution.chosen
    requirement = resolution.requirement
    with context.reporter.step(f"{requirement} is not on this machine: installing it"):
        installed = context.plugins.claim(
            "install",
            request=InstallRequest(
                requirement=requirement, platform=context.platform, root=home.tools_directory()
            ),
        )
    if not isinstance(installed, Installation):
        raise _unresolved(resolution)
    context.environments.register(installed)
    context.reporter.note(f"installed {installed.name} ({installed.origin}) for {requirement}")
    return installed


def _unresolved(resolution: Resolution) -> UnresolvedError:
    tag = ",".join(sorted(resolution.requirement.tags))
    lines = [f"{found.label} at {found.path}: {why}" for found, why in resolution.refused]
    return UnresolvedError(
        f"nothing on this machine meets {resolution.requirement}, and no plugin installs it",
        hint=f"ckp detect soft --tags={tag} looks again; ckp plugins lists who can install",
        details="\n".join(lines or ["nothing was found at all"]),
    )

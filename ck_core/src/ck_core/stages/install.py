"""Stage *install*: gets what was not found, or explains why there is nothing to be had."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from ck_core.context import Context
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
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
    with context.reporter.step(f"{requirement} is not here: asking plugins to install it"):
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
    need = resolution.requirement
    near = [pair for pair in resolution.refused if len(need.tags - pair[0].tags) <= 1]
    lines = [f"{found.label} at {found.path}: {why}" for found, why in near]
    if further := len(resolution.refused) - len(near):
        lines.append(f"{further} others are further off")
    return UnresolvedError(
        f"nothing on this machine meets {need}, and no plugin installs it",
        hint=_hint(need, [found for found, _ in near]),
        details="\n".join(lines or ["nothing was found at all"]),
    )


def _hint(need: Requirement, found: Sequence[Installation]) -> str:
    """With the name of an installation that resembles the tag it lacks: the user mistyped it."""
    labels = {name: one.label for one in found for name in (one.product, one.label)}
    missing = {tag for one in found for tag in need.tags - one.tags}
    near = [name for tag in missing for name in get_close_matches(tag, labels, n=1, cutoff=0.5)]
    suggestion = f"did you mean {labels[near[0]]}? " if near else ""
    kind = "compiler" if "compiler" in need.tags else ",".join(sorted(need.tags))
    return f"{suggestion}ckp detect soft --tags={kind} shows what is here"

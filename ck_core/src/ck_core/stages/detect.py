"""Stage *detect*: what is on this machine that a requirement may take."""

from __future__ import annotations

from dataclasses import replace

from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import choose


def detect(requirement: Requirement, context: Context) -> list[Installation]:
    """Registered installations; plugins look at the machine only where none of those fits."""
    registered = list(context.environments.registered())
    if choose(requirement, registered, context.platform.target).chosen:
        return registered
    found = {candidate.uid: candidate for candidate in registered}
    found.update({candidate.uid: candidate for candidate in detect_anew(requirement, context)})
    return list(found.values())


def detect_anew(requirement: Requirement, context: Context) -> list[Installation]:
    """What the plugins find now; it is registered for the next run."""
    with context.reporter.step(f"looking for {requirement}"):
        answers = context.plugins.collect(
            "detect", requirement=requirement, platform=context.platform
        )
    found = [
        replace(one, plugin=one.plugin or plugin) for plugin, found in answers for one in found
    ]
    for installation in found:
        context.environments.register(installation)
    return found

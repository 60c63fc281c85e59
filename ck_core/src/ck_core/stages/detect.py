"""Stage *detect*: what there is to choose from, on this machine and in packages."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import Option, fitting, needs_of
from ck_core.stages.looking import detect_anew, packages


class Reach(IntEnum):
    """How far is looked: each reach takes longer than the one before."""

    REGISTERED = 0
    DETECTED = 1
    INSTALLABLE = 2


class Detection:
    """What there is for some requirements, looked for further and further.

    Plugins look at the machine only where nothing registered fits, until packages are wanted
    as well: then something has failed, and everything counts.
    """

    def __init__(self, requirements: Sequence[Requirement], context: Context) -> None:
        self._requirements = requirements
        self._context = context
        self._registered = list(context.environments.registered())
        self._detected: dict[Requirement, list[Installation]] = {}
        self._packages: list[Package] = []
        self._found: dict[str, list[Option]] = {}

    def look(self, reach: Reach) -> dict[str, list[Option]]:
        """By key, what is there for the requirements and for those of packages that may serve."""
        self._packages = list(packages(self._context)) if reach >= Reach.INSTALLABLE else []
        self._found = {}
        pending = list(self._requirements)
        seen: set[Requirement] = set()
        while pending:
            need = pending.pop(0)
            if need not in seen:
                seen.add(need)
                pending += self._look_for(need, reach)
        return self._found

    def _look_for(self, need: Requirement, reach: Reach) -> list[Requirement]:
        """Adds the options; answers what the packages among them need."""
        here_already: list[Option] = [] if need.anew else [*self._registered]
        if reach > Reach.REGISTERED and self._shall_detect(need, here_already, reach):
            here_already += self._detect(need)
        near = [one for one in self._packages if len(need.tags - one.tags) <= 1]
        self._add(need.key, [*here_already, *near])
        platform = self._context.platform
        fit = [one for one in fitting(need, near, platform) if isinstance(one, Package)]
        return [sub for one in fit for sub in needs_of(one, platform, for_host=need.for_host)]

    def _shall_detect(self, need: Requirement, options: Sequence[Option], reach: Reach) -> bool:
        if need.no_detection or need.uid:
            return False
        return reach >= Reach.INSTALLABLE or not fitting(need, options, self._context.platform)

    def _detect(self, need: Requirement) -> list[Installation]:
        if need not in self._detected:
            self._detected[need] = detect_anew(need, self._context)
        return self._detected[need]

    def _add(self, key: str, options: Sequence[Option]) -> None:
        known = {_identity(one): one for one in self._found.get(key, [])}
        known.update({_identity(one): one for one in options})
        self._found[key] = list(known.values())


def _identity(option: Option) -> str:
    if isinstance(option, Package):
        return f"{option.component.full_cid} {option.variation}"
    return option.uid

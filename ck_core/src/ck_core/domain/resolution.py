"""Choosing for every requirement: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement, here
from ck_core.domain.target import Platform, parse_target
from ck_core.domain.version import Version

Option = Installation | Package
"""What may be chosen: something that is here, or a package that makes it."""

Findings = Mapping[str, Sequence[Option]]
"""By requirement's key: everything there is to choose from, fitting or not."""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A requirement that could not be met, and who has it (None: the program itself)."""

    requirement: Requirement
    needed_by: Option | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One option for each key, those that others are made with first; or why there is none.

    ``conflicts`` is empty where the plan is whole; ``cycle`` names packages that need each other;
    of a plan that is not, ``requirements`` are those of the program. What is chosen for the keys
    in ``for_host`` runs on this machine, whatever the program's target. ``given_up`` is whether
    there were more combinations than could be tried.
    """

    choices: Mapping[str, Option] = field(default_factory=dict)
    for_host: frozenset[str] = frozenset()
    requirements: tuple[Requirement, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    cycle: tuple[str, ...] = ()
    given_up: bool = False

    @property
    def is_whole(self) -> bool:
        return not (self.conflicts or self.cycle or self.given_up)

    @property
    def unmet(self) -> tuple[Requirement, ...]:
        """Those that conflict, each once."""
        return tuple(dict.fromkeys(one.requirement for one in self.conflicts))


def refusal(requirement: Requirement, option: Option, platform: Platform) -> str:
    """Why an option cannot serve on this platform; empty when it can."""
    if reason := requirement.refusal(option):
        return reason
    own = platform.for_host() if requirement.for_host else platform
    if isinstance(option, Package):
        return _refused_package(option, own)
    if option.target and parse_target(option.target) != own.target:
        return f"is for {parse_target(option.target).name}, not for {own.target.name}"
    return option.problem


def fitting(
    requirement: Requirement, options: Sequence[Option], platform: Platform
) -> list[Option]:
    """Those that can serve, the best first: what is here before what a package makes."""
    found = [one for one in options if not refusal(requirement, one, platform)]
    return sorted(found, key=rank, reverse=True)


def rank(option: Option) -> tuple[bool, int, Version, bool, str]:
    """The higher is taken first: what is here, the higher priority, the newer, the usual."""
    if isinstance(option, Installation):
        return True, option.priority, Version(option.version), True, str(option.path)
    return False, option.priority, Version(option.version), option.is_usual, option.title


def title_of(option: Option) -> str:
    """For people: what it is, and where."""
    if isinstance(option, Package):
        return f"{option.title} ({option.label})"
    return f"{option.label} at {option.path}"


def needs_of(package: Package, platform: Platform, *, for_host: bool) -> list[Requirement]:
    """What a package needs here; to make what runs on this machine, tools for this machine."""
    own = platform.for_host() if for_host else platform
    needs = here(package.requirements, own)
    return [replace(one, for_host=True) for one in needs] if for_host else needs


def _refused_package(package: Package, platform: Platform) -> str:
    if package.problem:
        return package.problem
    if not package.conditions.hold(platform, {}):
        return f"is not for {platform.target.name} on {platform.host.name}"
    return ""

"""The resolver: resolvelib chooses, and takes choices back where requirements must agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from resolvelib import AbstractProvider, BaseReporter, Resolver
from resolvelib.resolvers import ResolutionImpossible, ResolutionTooDeep

from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import Conflict, Findings, Option, Plan, fitting, needs_of, refusal
from ck_core.domain.target import Platform

_ROUNDS = 3000
"""Some seconds, where dozens of requirements contradict each other."""


@dataclass(frozen=True)
class _Choice:
    """An option for a key; one option may serve several keys.

    ``for_host``: it must run on this machine, and so must what it is made with.
    """

    key: str
    option: Option
    for_host: bool

    def __hash__(self) -> int:
        return hash((self.key, self.option.label))


def solve(requirements: Sequence[Requirement], found: Findings, platform: Platform) -> Plan:
    """One option a key, so that all requirements of a key agree on it."""
    provider = _Provider(requirements, found, platform)
    resolver: Resolver[Requirement, _Choice, str] = Resolver(provider, BaseReporter())
    try:
        result = resolver.resolve(requirements, max_rounds=_ROUNDS)
    except ResolutionImpossible as impossible:
        conflicts = tuple(_conflicts(impossible.causes))
        return Plan(requirements=tuple(requirements), conflicts=conflicts)
    except ResolutionTooDeep:
        return Plan(requirements=tuple(requirements), given_up=True)
    chosen = {key: choice.option for key, choice in result.mapping.items()}
    for_host = frozenset(key for key, choice in result.mapping.items() if choice.for_host)
    return replace(_ordered(chosen), for_host=for_host)


class _Provider(AbstractProvider[Requirement, _Choice, str]):
    def __init__(
        self, requirements: Sequence[Requirement], found: Findings, platform: Platform
    ) -> None:
        self._own = {one.key: one for one in requirements}
        self._found = found
        self._platform = platform

    def identify(self, requirement_or_candidate: Requirement | _Choice) -> str:
        return requirement_or_candidate.key

    def get_preference(
        self,
        identifier: str,
        resolutions: Any,  # noqa: ARG002  # resolvelib's signature
        candidates: Any,  # noqa: ARG002  # likewise
        information: Any,  # noqa: ARG002  # likewise
        backtrack_causes: Any,
    ) -> tuple[bool, float, str]:
        """What has caused trouble first, then in the order of the program."""
        troubled = any(cause.requirement.key == identifier for cause in backtrack_causes)
        own = self._own.get(identifier)
        return not troubled, own.order if own else float("inf"), identifier

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Requirement]],
        incompatibilities: Mapping[str, Iterator[_Choice]],
    ) -> list[_Choice]:
        needs = list(requirements[identifier])
        excluded = [one.option for one in incompatibilities[identifier]]
        for_host = any(one.for_host for one in needs)
        options = fitting(needs[0], self._found.get(identifier, ()), self._platform)
        return [
            _Choice(identifier, option, for_host)
            for option in options
            if all(self._fits(need, option) for need in needs[1:]) and option not in excluded
        ]

    def is_satisfied_by(self, requirement: Requirement, candidate: _Choice) -> bool:
        return self._fits(requirement, candidate.option)

    def get_dependencies(self, candidate: _Choice) -> Iterable[Requirement]:
        own = self._own.get(candidate.key)
        yield from self._made_with(candidate, own)
        if own:
            needs = own.follows_from(candidate.option)
            yield from (need for need in needs if need.key in self._own)

    def _made_with(self, candidate: _Choice, own: Requirement | None) -> Iterator[Requirement]:
        """A package's own; of an installation, what it was made with and others need as well."""
        option = candidate.option
        if isinstance(option, Package):
            yield from needs_of(option, self._platform, for_host=candidate.for_host)
        elif not (own and own.independent):
            for key, uid in option.dependencies.items():
                if key in self._own:
                    yield Requirement(key=key, tags=frozenset(), uid=uid)

    def _fits(self, requirement: Requirement, option: Option) -> bool:
        return not refusal(requirement, option, self._platform)


def _ordered(chosen: Mapping[str, Option]) -> Plan:
    """What others are made with comes before them."""
    needed = {key: _needed(option, chosen) for key, option in chosen.items()}
    try:
        order = [*TopologicalSorter(needed).static_order()]
    except CycleError as error:
        return Plan(cycle=tuple(chosen[key].label for key in reversed(error.args[1])))
    return Plan(choices={key: chosen[key] for key in order})


def _needed(option: Option, chosen: Mapping[str, Option]) -> list[str]:
    needs = option.requirements if isinstance(option, Package) else ()
    return [need.key for need in needs if need.key in chosen]


def _conflicts(causes: Iterable[Any]) -> Iterator[Conflict]:
    for cause in causes:
        needed_by = cause.parent.option if cause.parent else None
        yield Conflict(requirement=cause.requirement, needed_by=needed_by)

"""Why requirements cannot be met, as a tree: needed by whom, what was found, why refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import Findings, Option, Plan, fitting, needs_of, refusal
from ck_core.domain.target import Platform

_NEAR = 6
"""So many of the refused are named, those that lack least; the others are counted."""


@dataclass(frozen=True)
class _Node:
    text: str
    children: list[_Node] = field(default_factory=list)


def explain(needed_by: str, plan: Plan, found: Findings, platform: Platform) -> str:
    """A tree whose root is the program; what is not in trouble is left out."""
    writer = _Writer(plan, found, platform)
    root = _Node(needed_by)
    root.children.extend(
        writer.requirement(need, frozenset())
        for need in plan.requirements
        if writer.is_troubled(need, frozenset())
    )
    root.children.extend(_Node(text) for text in writer.disagreements())
    return "\n".join(_lines(root, "", ""))


class _Writer:
    def __init__(self, plan: Plan, found: Findings, platform: Platform) -> None:
        self._conflicts = plan.conflicts
        self._keys = {one.requirement.key for one in plan.conflicts}
        self._found = found
        self._platform = platform

    def is_troubled(self, need: Requirement, above: frozenset[str]) -> bool:
        """Whether it, or what a package that fits needs, is among the conflicts."""
        if need.key in self._keys:
            return True
        inner = above | {need.key}
        packages = (one for one in self._fitting(need) if isinstance(one, Package))
        return any(self._troubles(package, need, inner) for package in packages)

    def requirement(self, need: Requirement, above: frozenset[str]) -> _Node:
        options = self._found.get(need.key, ())
        if need.key in above:
            return _Node(f"{need}: as above")
        node = _Node(f"{need}{'' if options else ': nothing was found'}")
        inner = above | {need.key}
        node.children.extend(self._option(one, need, inner) for one in self._fitting(need))
        node.children.extend(self._refused(need, options))
        return node

    def disagreements(self) -> Iterator[str]:
        """Installations that were made with something else than the program takes."""
        for conflict in self._conflicts:
            if isinstance(conflict.needed_by, Installation):
                key, uid = conflict.requirement.key, conflict.requirement.uid
                labels = [one.label for one in self._found.get(key, ()) if one.uid == uid]
                with_it = labels[0] if labels else f"one that is gone ({uid})"
                yield f"{_title(conflict.needed_by)} was made with {key} {with_it}"

    def _option(self, option: Option, serves: Requirement, above: frozenset[str]) -> _Node:
        if isinstance(option, Installation):
            return _Node(f"{_title(option)}: fits by itself")
        troubles = self._troubles(option, serves, above)
        node = _Node(f"{_title(option)}: would fit{'; it needs' if troubles else ''}")
        node.children.extend(self.requirement(need, above) for need in troubles)
        return node

    def _troubles(
        self, package: Package, serves: Requirement, above: frozenset[str]
    ) -> list[Requirement]:
        needs = needs_of(package, self._platform, for_host=serves.for_host)
        return [
            need
            for need in needs
            if need.key in self._keys or (need.key not in above and self.is_troubled(need, above))
        ]

    def _refused(self, need: Requirement, options: Sequence[Option]) -> Iterator[_Node]:
        """Those that lack least by name, what can be mended first; the others by their number."""
        pairs = [(one, refusal(need, one, self._platform)) for one in options]
        refused = sorted(
            (pair for pair in pairs if pair[1]),
            key=lambda pair: (len(need.tags - pair[0].tags), pair[1] != pair[0].problem),
        )
        near = [pair for pair in refused[:_NEAR] if len(need.tags - pair[0].tags) <= 1]
        yield from (_Node(f"{_title(option)}: {why}") for option, why in near)
        if further := len(refused) - len(near):
            yield _Node(f"{further} others are further off")

    def _fitting(self, need: Requirement) -> list[Option]:
        return fitting(need, self._found.get(need.key, ()), self._platform)


def _title(option: Option) -> str:
    if isinstance(option, Package):
        return f"package:{option.name} ({option.label})"
    return f"{option.label} at {option.path}"


def _lines(node: _Node, first: str, further: str) -> Iterator[str]:
    yield f"{first}{node.text}"
    for number, child in enumerate(node.children, start=1):
        is_last = number == len(node.children)
        mark, indent = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        yield from _lines(child, f"{further}{mark}", f"{further}{indent}")

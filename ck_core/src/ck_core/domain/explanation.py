"""Why requirements cannot be met, as a tree: needed by whom, what was found, why refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import Findings, Option, Plan, fitting, needs_of, refusal, title_of
from ck_core.domain.target import Platform
from ck_core.domain.troubles import troubled

_NEAR = 6
"""So many of the refused are named, those that lack least; the others are counted."""
_DEEPEST = 12
_MOST_LINES = 120


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
        if need in writer.troubled
    )
    root.children.extend(_Node(text) for text in writer.disagreements())
    lines = list(_lines(root, "", ""))
    further = [f"... and {len(lines) - _MOST_LINES} lines more"] if lines[_MOST_LINES:] else []
    return "\n".join([*lines[:_MOST_LINES], *further])


class _Writer:
    def __init__(self, plan: Plan, found: Findings, platform: Platform) -> None:
        self._conflicts = plan.conflicts
        self._found = found
        self._platform = platform
        self._written: set[Requirement] = set()
        keys = frozenset(one.requirement.key for one in plan.conflicts)
        self.troubled = troubled(plan.requirements, keys, self._needs_below)

    def requirement(self, need: Requirement, above: frozenset[str]) -> _Node:
        options = self._found.get(need.key, ())
        if need.key in above or need in self._written:
            return _Node(f"{need}: as above")
        if len(above) > _DEEPEST:
            return _Node(f"{need}: and so on")
        self._written.add(need)
        node = _Node(f"{need}{'' if options else ': nothing was found'}")
        inner = above | {need.key}
        node.children.extend(self._option(one, need, inner) for one in self._fitting(need))
        node.children.extend(self._refused(need, options))
        return node

    def disagreements(self) -> Iterator[str]:
        """Choices that do not go with what the program takes for another key."""
        for conflict in self._conflicts:
            need, chosen = conflict.requirement, conflict.needed_by
            if chosen and need.alike:
                yield f"{title_of(chosen)} goes with {need}"
            elif isinstance(chosen, Installation):
                labels = [one.label for one in self._found.get(need.key, ()) if one.uid == need.uid]
                with_it = labels[0] if labels else f"one that is gone ({need.uid})"
                yield f"{title_of(chosen)} was made with {need.key} {with_it}"

    def _option(self, option: Option, serves: Requirement, above: frozenset[str]) -> _Node:
        if isinstance(option, Installation):
            return _Node(f"{title_of(option)}: fits by itself")
        troubles = [one for one in self._needs_of(option, serves) if one in self.troubled]
        node = _Node(f"{title_of(option)}: would fit{'; it needs' if troubles else ''}")
        node.children.extend(self.requirement(need, above) for need in troubles)
        return node

    def _needs_below(self, need: Requirement) -> list[Requirement]:
        packages = [one for one in self._fitting(need) if isinstance(one, Package)]
        return [below for one in packages for below in self._needs_of(one, need)]

    def _needs_of(self, package: Package, serves: Requirement) -> list[Requirement]:
        return needs_of(package, self._platform, for_host=serves.for_host)

    def _refused(self, need: Requirement, options: Sequence[Option]) -> Iterator[_Node]:
        """Those that lack least by name, what can be mended first; the others by their number."""
        pairs = [(one, refusal(need, one, self._platform)) for one in options]
        refused = sorted(
            (pair for pair in pairs if pair[1]),
            key=lambda pair: (len(need.tags - pair[0].tags), pair[1] != pair[0].problem),
        )
        near = [pair for pair in refused[:_NEAR] if len(need.tags - pair[0].tags) <= 1]
        yield from (_Node(f"{title_of(option)}: {why}") for option, why in near)
        if further := len(refused) - len(near):
            yield _Node(f"{further} others are further off")

    def _fitting(self, need: Requirement) -> list[Option]:
        return fitting(need, self._found.get(need.key, ()), self._platform)


def _lines(node: _Node, first: str, further: str) -> Iterator[str]:
    yield f"{first}{node.text}"
    for number, child in enumerate(node.children, start=1):
        is_last = number == len(node.children)
        mark, indent = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        yield from _lines(child, f"{further}{mark}", f"{further}{indent}")

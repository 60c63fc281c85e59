"""Which requirements are in trouble: those in conflict, and those whose packages need such."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ck_core.domain.requirement import Requirement


def troubled(
    roots: Iterable[Requirement],
    conflicting: frozenset[str],
    needs_below: Callable[[Requirement], Iterable[Requirement]],
) -> frozenset[Requirement]:
    """Among the roots and all below them.

    Each is looked at once: the paths to a requirement may be more than can be counted.

    Args:
        conflicting: keys.
        needs_below: what the packages that fit a requirement need themselves.
    """
    above = _above(roots, needs_below)
    pending = [one for one in above if one.key in conflicting]
    found = set(pending)
    while pending:
        new = [one for one in above[pending.pop()] if one not in found]
        found.update(new)
        pending += new
    return frozenset(found)


def _above(
    roots: Iterable[Requirement], needs_below: Callable[[Requirement], Iterable[Requirement]]
) -> Mapping[Requirement, Sequence[Requirement]]:
    """For each requirement those that need it."""
    above: dict[Requirement, list[Requirement]] = {one: [] for one in roots}
    pending = list(above)
    while pending:
        need = pending.pop()
        for one in dict.fromkeys(needs_below(need)):
            if one not in above:
                pending.append(one)
            above.setdefault(one, []).append(need)
    return above

"""Natural loops of a function's control flow graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ck_plugins_compilers.features_code import Function

Loops = Mapping[str, frozenset[str]]
"""Header to the blocks of its loop, the header among them."""


def loops_of(function: Function) -> Loops:
    """Two loops of one header are one; what is entered in two places is none.

    A. Aho, M. Lam, R. Sethi, J. Ullman, Compilers, 2006, section 9.6.
    """
    dominators = _dominators(function)
    predecessors = function.predecessors()
    found: dict[str, frozenset[str]] = {}
    for name in dominators:
        for header in function.blocks[name].successors:
            if _dominates(header, name, dominators):
                body = _body(header, name, predecessors) & dominators.keys()
                found[header] = found.get(header, frozenset()) | body
    return found


def _body(header: str, end: str, predecessors: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """What reaches the loop's end without its header."""
    found, waiting = {header}, [end]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += predecessors[name]
    return frozenset(found)


def _dominates(one: str, other: str, dominators: Mapping[str, str]) -> bool:
    while one != other and dominators[other] != other:
        other = dominators[other]
    return one == other


def _dominators(function: Function) -> dict[str, str]:
    """Each reachable block's immediate dominator; the entry's is itself.

    K. Cooper, T. Harvey, K. Kennedy, A Simple, Fast Dominance Algorithm, 2001.
    """
    order = _reverse_postorder(function)
    place = {name: at for at, name in enumerate(order)}
    predecessors = function.predecessors()
    found = {name: name for name in order[:1]}
    changed = True
    while changed:
        changed = False
        for name in order[1:]:
            known = [one for one in predecessors[name] if one in found]
            new = known[0]
            for one in known[1:]:
                new = _common(new, one, found, place)
            changed |= found.get(name) != new
            found[name] = new
    return found


def _common(one: str, other: str, found: Mapping[str, str], place: Mapping[str, int]) -> str:
    while one != other:
        while place[one] > place[other]:
            one = found[one]
        while place[other] > place[one]:
            other = found[other]
    return one


def _reverse_postorder(function: Function) -> list[str]:
    """Without recursion: functions of ten thousand blocks exist."""
    entry = next(iter(function.blocks), None)
    if entry is None:
        return []
    seen, finished = {entry}, []
    stack = [(entry, iter(function.blocks[entry].successors))]
    while stack:
        name, rest = stack[-1]
        following = next((one for one in rest if one not in seen), None)
        if following is None:
            finished.append(name)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(function.blocks[following].successors)))
    return finished[::-1]

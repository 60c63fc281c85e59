"""Pictures of very many dots: fewer of them, and a sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
MOST_DOTS = 3000


def thin(items: Sequence[Item], keep: Callable[[Item], bool], most: int = MOST_DOTS) -> list[Item]:
    """At most so many, evenly spread over their order; those to keep are all there."""
    if len(items) <= most:
        return [*items]
    others = [at for at, one in enumerate(items) if not keep(one)]
    room = max(0, most - (len(items) - len(others)))
    chosen = {others[at * len(others) // room] for at in range(room)}
    return [one for at, one in enumerate(items) if at in chosen or keep(one)]


def thinned_note(drawn: int, count: int, noun: str) -> list[str]:
    """The sentence; none where all are drawn."""
    if drawn == count:
        return []
    return [f"{drawn:,} of {count:,} {noun} are drawn, evenly chosen; numbers count all."]

"""Which points of four objectives or more are dominated, when neither are few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from statistics import median_low

from ck_core.analysis.dominators import Vector, Window, no_worse

Event = tuple[Vector, int, int]
"""A vector, then 0 for a point that may be dominated or 1 for what may dominate, its position."""
_FEW = 1024
_WINDOW = 200


def undominated(events: Sequence[Event]) -> Iterator[int]:
    """Positions of the points that nothing earlier dominates in all coordinates but the first.

    Two passes. A window of 200 dominators leaves out what they cover: with few on the frontier
    that is all. What is left is halved again and again: the halves by themselves, then the
    dominators of the first half against the points of the second, whose order is known and
    leaves one coordinate less (H. T. Kung, F. Luccio, F. P. Preparata 1975; J. L. Bentley,
    Multidimensional Divide-and-Conquer, 1980).
    Complexity: O(200 n d), and O(s log(s) ** (d - 1)) for the s that are left.

    Args:
        events: in ascending order, vectors of one length, at least three.
    """
    window = Window(limit=_WINDOW)
    left: list[Event] = []
    for vector, kind, at in events:
        tail = vector[1:]
        if not window.cover(tail):
            left.append((tail, kind, at))
            if kind:
                window.add(tail)
    dominated = set(_halved(left)) if window.overflowed else set()
    return (at for _, kind, at in left if not kind and at not in dominated)


def _halved(events: Sequence[Event]) -> Iterator[int]:
    if len(events) * len(events) <= 4 * _FEW:
        for place, (vector, kind, at) in enumerate(events):
            if not kind and _covered(vector, (one for one, rival, _ in events[:place] if rival)):
                yield at
        return
    middle = len(events) // 2
    yield from _halved(events[:middle])
    rivals = [vector for vector, kind, _ in events[:middle] if kind]
    points = [(vector, at) for vector, kind, at in events[middle:] if not kind]
    crossed = set(_cross(rivals, points, 0))
    yield from crossed
    yield from _halved([one for one in events[middle:] if one[1] or one[2] not in crossed])


def _cross(rivals: list[Vector], points: list[tuple[Vector, int]], start: int) -> Iterator[int]:
    """The points that a rival covers in the coordinates from ``start`` on."""
    if not rivals or not points:
        return
    if start == len(rivals[0]) - 2:
        yield from _cross_two(rivals, points)
    elif len(rivals) * len(points) <= _FEW:
        yield from (at for vector, at in points if _covered(vector[start:], rivals, start))
    else:
        pivot = median_low([vector[start] for vector in rivals])
        lower = [vector for vector in rivals if vector[start] <= pivot]
        found = set(_cross(lower, [one for one in points if one[0][start] >= pivot], start + 1))
        yield from found
        below = [vector for vector in lower if vector[start] < pivot]
        yield from _cross(below, [one for one in points if one[0][start] < pivot], start)
        above = [vector for vector in rivals if vector[start] > pivot]
        rest = [one for one in points if one[0][start] > pivot and one[1] not in found]
        yield from _cross(above, rest, start)


def _cross_two(rivals: list[Vector], points: list[tuple[Vector, int]]) -> Iterator[int]:
    """The last two coordinates: by the first of them, with the least second so far."""
    steps = sorted(vector[-2:] for vector in rivals)
    least, step = inf, 0
    for (first, second), at in sorted((vector[-2:], at) for vector, at in points):
        while step < len(steps) and steps[step][0] <= first:
            least = min(least, steps[step][1])
            step += 1
        if step and least <= second:
            yield at


def _covered(vector: Vector, rivals: Iterable[Vector], start: int = 0) -> bool:
    return any(no_worse(rival[start:], vector) for rival in rivals)

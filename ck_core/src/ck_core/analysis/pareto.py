"""Which points nothing else beats in every respect."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from math import isnan
from operator import ge, gt, le, lt
from typing import cast

from ck_core.analysis.dominance import undominated
from ck_core.analysis.dominators import Vector, dominators_of

_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge}
Number = float | None
Column = Sequence[Number]
Costs = Sequence[list[float]]
_SAMPLE = 500
_SWEPT = 3


@dataclass(frozen=True, kw_only=True)
class Objective:
    """A column of the points (from 0) that shall be small, or large."""

    column: int
    maximize: bool = False


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """A column that must be ``<``, ``<=``, ``>`` or ``>=`` a limit."""

    column: int
    comparison: str
    limit: float


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Positions of points (from 0), ascending; all others are dominated.

    Attributes:
        kept: that no admitted point dominates. Equal points are all kept.
        missing: that lack a number for an objective or a constraint (None, not a number).
        excluded: that a constraint forbids.
        count: of all points.
    """

    kept: tuple[int, ...]
    missing: tuple[int, ...]
    excluded: tuple[int, ...]
    count: int


@dataclass(frozen=True, kw_only=True)
class _Admitted:
    positions: Sequence[int]
    missing: tuple[int, ...]
    excluded: tuple[int, ...]


def frontier(
    points: Iterable[Sequence[Number]],
    objectives: Sequence[Objective],
    *,
    constraints: Sequence[Constraint] = (),
) -> Frontier:
    """The Pareto frontier of points that are known exactly.

    A point is dominated by one that is no worse in every objective and better in one.
    Complexity: O(n log n) for one to three objectives (sort and sweep; Kung, Luccio, Preparata
    1975); for d > 3 O(n d) where few are on the frontier, O(n log(n) ** (d - 1)) at the worst.
    What one good point dominates is left out before sorting. Takes 100 bytes a point or so.

    Raises:
        ValueError: no objective, or a comparison of another name.
    """
    _check(objectives, constraints)
    rows = points if isinstance(points, Sequence) else list(points)
    needed = _needed(objectives, constraints)
    columns = {number: [row[number] for row in rows] for number in needed}
    admitted = _admit(len(rows), columns, columns, constraints)
    costs = [_oriented(columns[one.column], maximize=one.maximize) for one in objectives]
    positions = _without_hopeless(admitted.positions, costs, costs)
    if len(costs) == 2:
        kept: Iterable[int] = _sweep_two(positions, *costs)
    else:
        kept = _sweep(positions, costs, costs)
    return _frontier(kept, admitted, len(rows))


def interval_frontier(
    boxes: Iterable[Sequence[tuple[float, float] | None]],
    objectives: Sequence[Objective],
    *,
    constraints: Sequence[Constraint] = (),
) -> Frontier:
    """The Pareto frontier of points that are known as intervals, (low, high) for each column.

    A point is dominated only if the intervals say so: by one whose worst end is no worse than
    its best end in every objective, and better in one. So a point with wide intervals is kept
    until it is known better. A constraint forbids only what violates it with the whole
    interval. None is a missing value. Complexity: as `frontier`.

    Raises:
        ValueError: no objective, or a comparison of another name.
    """
    _check(objectives, constraints)
    rows = boxes if isinstance(boxes, Sequence) else list(boxes)
    needed = _needed(objectives, constraints)
    low = {number: _ends(rows, number, 0) for number in needed}
    high = {number: _ends(rows, number, 1) for number in needed}
    admitted = _admit(len(rows), low, high, constraints)
    best = [
        _oriented((high if one.maximize else low)[one.column], maximize=one.maximize)
        for one in objectives
    ]
    worst = [
        _oriented((low if one.maximize else high)[one.column], maximize=one.maximize)
        for one in objectives
    ]
    positions = _without_hopeless(admitted.positions, best, worst)
    if len(objectives) == 2:
        kept: Iterable[int] = _above_no_step(positions, best, worst)
    else:
        kept = _sweep(positions, best, worst)
    return _frontier(kept, admitted, len(rows))


def _check(objectives: Sequence[Objective], constraints: Sequence[Constraint]) -> None:
    if not objectives:
        raise ValueError("a frontier needs an objective")
    for one in constraints:
        if one.comparison not in _COMPARE:
            raise ValueError(f"'{one.comparison}' is none of {', '.join(_COMPARE)}")


def _needed(objectives: Sequence[Objective], constraints: Sequence[Constraint]) -> set[int]:
    return {one.column for one in objectives} | {one.column for one in constraints}


def _ends(
    rows: Sequence[Sequence[tuple[float, float] | None]], column: int, end: int
) -> list[Number]:
    try:
        return [row[column][end] for row in rows]  # type: ignore[index]  # gaps are rare
    except TypeError:
        return [None if (box := row[column]) is None else box[end] for row in rows]


def _frontier(kept: Iterable[int], admitted: _Admitted, count: int) -> Frontier:
    marks = bytearray(count)  # a million positions are not sorted in a moment
    for at in kept:
        marks[at] = 1
    return Frontier(
        kept=tuple(compress(range(count), marks)),
        missing=admitted.missing,
        excluded=admitted.excluded,
        count=count,
    )


def _admit(
    count: int,
    low: dict[int, list[Number]],
    high: dict[int, list[Number]],
    constraints: Sequence[Constraint],
) -> _Admitted:
    """Whole points that may satisfy every constraint; ``low`` and ``high`` are one if exact."""
    columns = [*low.values(), *(high.values() if high is not low else ())]
    gaps = {at for column in columns if _has_gaps(column) for at in _gaps(column)}
    positions: Sequence[int] = range(count)
    if gaps:
        positions = [at for at in positions if at not in gaps]
    forbidden: list[int] = []
    for one in constraints:
        favourable = _whole((low if one.comparison in {"<", "<="} else high)[one.column])
        holds = _COMPARE[one.comparison]
        forbidden += [at for at in positions if not holds(favourable[at], one.limit)]
        positions = [at for at in positions if holds(favourable[at], one.limit)]
    return _Admitted(
        positions=positions, missing=tuple(sorted(gaps)), excluded=tuple(sorted(forbidden))
    )


def _has_gaps(column: Column) -> bool:
    """Quick, and right where it answers no: infinities of both signs only cost time."""
    try:
        return isnan(sum(column))  # type: ignore[arg-type]  # None is what the except is for
    except TypeError:
        return True


def _gaps(column: Column) -> Iterator[int]:
    return (at for at, value in enumerate(column) if value is None or isnan(value))


def _oriented(column: list[Number], *, maximize: bool) -> list[float]:
    """So that less is better."""
    if not maximize:
        return _whole(column)
    return [0.0 if value is None else -value for value in column]


def _whole(column: list[Number]) -> list[float]:
    """The same, where positions no longer lead to a gap."""
    return cast("list[float]", column)


def _without_hopeless(positions: Sequence[int], best: Costs, worst: Costs) -> Sequence[int]:
    """Less what one good point beats everywhere; again, while that removes half or more.

    The good point itself always stays, and dominates whatever those left out dominate.
    """
    while len(positions) > 2 * _SAMPLE:
        ranks = _ranks(positions[:: len(positions) // _SAMPLE], worst)
        pivot = min(ranks, key=ranks.__getitem__)
        left = _not_beaten(positions, best, [cost[pivot] for cost in worst])
        if len(left) * 2 > len(positions):
            return left
        positions = left
    return positions


def _ranks(sample: Sequence[int], costs: Costs) -> dict[int, int]:
    """The sum of each one's ranks in all objectives: units do not matter."""
    total = dict.fromkeys(sample, 0)
    for cost in costs:
        for rank, at in enumerate(sorted(sample, key=cost.__getitem__)):
            total[at] += rank
    return total


def _not_beaten(positions: Sequence[int], costs: Costs, limits: list[float]) -> list[int]:
    if len(costs) == 2:
        (one, two), (first, second) = costs, limits
        return [at for at in positions if one[at] <= first or two[at] <= second]
    return [
        at
        for at in positions
        if any(cost[at] <= limit for cost, limit in zip(costs, limits, strict=True))
    ]


def _sweep_two(positions: Sequence[int], one: list[float], two: list[float]) -> list[int]:
    """By ascending first objective, those with a lower second one than any before.

    Of points with equal first objectives only those with the least second one stay.
    """
    kept: list[int] = []
    group, first, least = 0, 0.0, 0.0
    for at in sorted(positions, key=one.__getitem__):
        second = two[at]
        if kept and second > least:
            continue
        if kept and one[at] == first:
            if second < least:
                del kept[group:]
        elif kept and second == least:
            continue
        else:
            group = len(kept)
        first, least = one[at], second
        kept.append(at)
    return kept


def _above_no_step(positions: Sequence[int], best: Costs, worst: Costs) -> Iterator[int]:
    """Two objectives: the points whose best corner no worst corner dominates.

    The frontier of the worst corners is a staircase; the last step at or before a point's first
    objective is the lowest that could dominate it.
    """
    steps = _sweep_two(positions, *worst)
    firsts = [worst[0][at] for at in steps]
    seconds = [worst[1][at] for at in steps]
    one, two = best
    for at in positions:
        step = bisect_right(firsts, one[at]) - 1
        if step < 0 or (two[at], one[at]) <= (seconds[step], firsts[step]):
            yield at


def _sweep(positions: Sequence[int], best: Costs, worst: Costs) -> Iterator[int]:
    """The points whose best corner no worst corner dominates, for any number of objectives.

    Both are walked in lexical order, so that corners met before a point are other vectors than
    its own and no worse in the first objective: the rest of the coordinates decides. A corner
    that comes later is worse in the first coordinate that differs.
    """
    if len(worst) > _SWEPT:
        rivals = [(vector, 1, -1) for vector in _vectors(positions, worst)]
        points = [(vector, 0, at) for vector, at in _numbered(positions, best)]
        return undominated(sorted([*points, *rivals]))
    return _swept(sorted(_numbered(positions, best)), sorted(_vectors(positions, worst)))


def _swept(points: list[tuple[Vector, int]], rivals: list[Vector]) -> Iterator[int]:
    if not rivals:
        return
    met = dominators_of(len(rivals[0]) - 1)
    next_rival = 0
    for vector, at in points:
        while next_rival < len(rivals) and rivals[next_rival] < vector:
            met.add(rivals[next_rival][1:])
            next_rival += 1
        if not met.cover(vector[1:]):
            yield at


def _numbered(positions: Sequence[int], costs: Costs) -> Iterator[tuple[Vector, int]]:
    return zip(_vectors(positions, costs), positions, strict=True)


def _vectors(positions: Sequence[int], costs: Costs) -> Iterator[Vector]:
    return zip(*([cost[at] for at in positions] for cost in costs), strict=True)

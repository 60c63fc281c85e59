"""Frontiers against brute force, with intervals, gaps, constraints, and a million points."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import inf, nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.hypervolume import hypervolume
from ck_core.analysis.pareto import Constraint, Objective, frontier, interval_frontier

FEW = st.integers(-3, 3).map(float)
BOTH = [Objective(column=0), Objective(column=1)]


def objectives(count: int, maximized: Sequence[bool] = ()) -> list[Objective]:
    flags = [*maximized, *[False] * count]
    return [Objective(column=at, maximize=flags[at]) for at in range(count)]


def undominated(
    best: Sequence[Sequence[float]], worst: Sequence[Sequence[float]]
) -> tuple[int, ...]:
    """By the definition, each beside each; smaller is better."""

    def beats(one: Sequence[float], two: Sequence[float]) -> bool:
        pairs = list(zip(one, two, strict=True))
        return all(x <= y for x, y in pairs) and any(x < y for x, y in pairs)

    return tuple(
        at for at, point in enumerate(best) if not any(beats(other, point) for other in worst)
    )


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5])
@given(st.data())
def test_like_brute_force(width: int, data: st.DataObject) -> None:
    row = st.tuples(*[st.one_of(FEW, st.floats(allow_nan=False))] * width)
    points = data.draw(st.lists(row, max_size=30))
    maximized = data.draw(st.lists(st.booleans(), min_size=width, max_size=width))
    costs = [
        [-value if large else value for value, large in zip(point, maximized, strict=True)]
        for point in points
    ]
    found = frontier(points, objectives(width, maximized))
    assert found.kept == undominated(costs, costs)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@given(st.data())
def test_intervals_like_brute_force(width: int, data: st.DataObject) -> None:
    box = st.tuples(FEW, FEW).map(lambda ends: (min(ends), max(ends)))
    boxes = data.draw(st.lists(st.tuples(*[box] * width), max_size=25))
    maximized = data.draw(st.lists(st.booleans(), min_size=width, max_size=width))

    def ends(row: Sequence[tuple[float, float]], *, best: bool) -> list[float]:
        pairs = zip(row, maximized, strict=True)
        return [-box[1 if best else 0] if large else box[0 if best else 1] for box, large in pairs]

    best = [ends(row, best=True) for row in boxes]
    worst = [ends(row, best=False) for row in boxes]
    found = interval_frontier(boxes, objectives(width, maximized))
    assert found.kept == undominated(best, worst)


@pytest.mark.parametrize("width", [2, 3, 4])
def test_many_points_like_brute_force(width: int) -> None:
    """More than the sample by which hopeless points are left out first."""
    source = Random(width)
    points = [tuple(source.randrange(60) / 3 for _ in range(width)) for _ in range(2500)]
    assert frontier(points, objectives(width)).kept == undominated(points, points)
    boxes = [tuple((x, x + source.random()) for x in point) for point in points]
    worst = [[high for _, high in box] for box in boxes]
    assert interval_frontier(boxes, objectives(width)).kept == undominated(points, worst)


@pytest.mark.parametrize("width", [4, 5])
def test_a_large_frontier_like_brute_force(width: int) -> None:
    """Points around a corner, rounded so that some are equal: most are on the frontier."""
    source = Random(width)
    points = []
    for _ in range(700):
        point = [abs(source.gauss(0, 1)) for _ in range(width)]
        size = sum(x * x for x in point) ** 0.5 * source.choice((1.0, 1.0, 1.02))
        points.append(tuple(-round(x / size, 2) for x in point))
    found = frontier(points, objectives(width)).kept
    assert found == undominated(points, points)
    assert len(found) > 300
    boxes = [tuple((x, x + 0.02 * source.random()) for x in point) for point in points]
    worst = [[high for _, high in box] for box in boxes]
    assert interval_frontier(boxes, objectives(width)).kept == undominated(points, worst)


def test_equal_points_are_all_kept() -> None:
    assert frontier([(1.0, 2.0), (2.0, 2.0), (1.0, 2.0)], BOTH).kept == (0, 2)


def test_gaps_are_told_and_dominate_nothing() -> None:
    points = [(0.0, None), (nan, 0.0), (2.0, 2.0), (inf, -inf), (1.0, 3.0)]
    found = frontier(points, BOTH)
    assert (found.kept, found.missing, found.count) == ((2, 3, 4), (0, 1), 5)
    boxes = [(None, (0.0, 1.0)), ((1.0, 1.0), (1.0, nan)), ((5.0, 6.0), (5.0, 6.0))]
    boxed = interval_frontier(boxes, BOTH)
    assert (boxed.kept, boxed.missing) == ((2,), (0, 1))


def test_overlapping_intervals_dominate_nothing() -> None:
    boxes = [((1.0, 1.2), (5.0, 5.0)), ((1.1, 1.3), (5.0, 5.0)), ((1.25, 1.4), (5.0, 5.0))]
    assert interval_frontier(boxes, BOTH).kept == (0, 1)


def test_constraints() -> None:
    points = [(1.0, 9.0, 50.0), (2.0, 8.0, 500.0), (3.0, 9.5, 10.0), (4.0, 1.0, None)]
    found = frontier(points, BOTH, constraints=[Constraint(column=2, comparison="<", limit=100)])
    assert (found.kept, found.excluded, found.missing) == ((0,), (1,), (3,))
    boxes = [((1.0, 1.0), (90.0, 110.0)), ((0.5, 0.5), (101.0, 120.0))]
    limit = Constraint(column=1, comparison="<=", limit=100)
    found = interval_frontier(boxes, [Objective(column=0)], constraints=[limit])
    assert (found.kept, found.excluded) == ((0,), (1,))
    above = Constraint(column=1, comparison=">", limit=115)
    found = interval_frontier(boxes, [Objective(column=0)], constraints=[above])
    assert (found.kept, found.excluded) == ((1,), (0,))


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="needs an objective"):
        frontier([], [])
    with pytest.raises(ValueError, match="'=' is none of <, <=, >, >="):
        frontier([], BOTH, constraints=[Constraint(column=0, comparison="=", limit=1)])


@pytest.mark.parametrize("shape", ["cloud", "front", "grid"])
@pytest.mark.parametrize("count", [200_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_million_points(shape: str, count: int) -> None:
    """A cloud, all on the frontier, many ties: 1.5 s of a quiet core for a million is the aim."""
    source = Random(1)
    draw: Callable[[], tuple[float, float]] = {
        "cloud": lambda: (source.random(), source.random()),
        "front": lambda: (x := source.random(), 1 - x),
        "grid": lambda: (float(source.randrange(1000)), float(source.randrange(1000))),
    }[shape]
    points = [draw() for _ in range(count)]
    start = time.process_time()
    found = frontier(iter(points), BOTH)
    assert time.process_time() - start < 4.5e-6 * count  # of a core shared with others
    assert found.count == count
    assert (len(found.kept) == count) == (shape == "front")


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_volumes_by_counting_cubes(points: list[tuple[int, int, int]]) -> None:
    cubes = sum(
        any(x <= a and y <= b and z <= c for x, y, z in points)
        for a in range(5)
        for b in range(6)
        for c in range(4)
    )
    assert hypervolume(points, (5, 6, 4)) == cubes
    squares = sum(any(x <= a and y <= b for x, y, _ in points) for a in range(5) for b in range(6))
    assert hypervolume([point[:2] for point in points], (5, 6)) == squares


def test_no_volume_of_four() -> None:
    with pytest.raises(ValueError, match="of 4 objectives"):
        hypervolume([], (1, 1, 1, 1))

"""How much a set of points dominates: one number for a whole frontier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ck_core.analysis.pareto import Objective, frontier


def hypervolume(points: Iterable[Sequence[float]], reference: Sequence[float]) -> float:
    """The area or volume between two or three minimized objectives and a reference point.

    Source: E. Zitzler, L. Thiele, Multiobjective Evolutionary Algorithms, 1999; three
    objectives by slices. What is not better than the reference in every objective adds nothing.
    For a maximized objective give the negative values. Complexity: O(n log n) for two, O(n f)
    for three objectives, f being the size of the frontier.

    Args:
        points: as many numbers each as ``reference``.
        reference: a bad point, 2 or 3 numbers; the result is in the product of their units.

    Raises:
        ValueError: neither two nor three objectives.
    """
    if len(reference) not in {2, 3}:
        raise ValueError(f"the hypervolume of {len(reference)} objectives is not offered")
    inside = [
        tuple(point)
        for point in points
        if all(value < limit for value, limit in zip(point, reference, strict=True))
    ]
    objectives = [Objective(column=number) for number in range(len(reference))]
    best = sorted({inside[at] for at in frontier(inside, objectives).kept})
    if len(reference) == 2:
        return _area(best, reference)
    return _volume([(one, two, three) for one, two, three in best], reference)


def _area(steps: Sequence[tuple[float, ...]], reference: Sequence[float]) -> float:
    """Of steps in ascending order of their first coordinate."""
    total, upper = 0.0, reference[1]
    for first, second in steps:
        total += (reference[0] - first) * max(0.0, upper - second)
        upper = min(upper, second)
    return total


def _volume(points: Sequence[tuple[float, float, float]], reference: Sequence[float]) -> float:
    """Slices along the third coordinate, each as deep as the way to the next point."""
    ordered = sorted(points, key=lambda point: point[2])
    depths = [point[2] for point in ordered[1:]] + [reference[2]]  # one, where no point is
    steps: list[tuple[float, ...]] = []
    total = 0.0
    for (first, second, third), next_depth in zip(ordered, depths, strict=False):
        steps = [step for step in steps if step[0] < first or step[1] < second]
        steps = sorted([*steps, (first, second)])
        if next_depth > third:
            total += _area(steps, reference) * (next_depth - third)
    return total

"""A frontier that was found among recorded points, as a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ck_core.analysis.emulation_rule import are_comparable
from ck_core.domain.point import Point
from ck_core.domain.point_names import work_of
from ck_core.publishing.about import about
from ck_core.publishing.charts.layout import Specification, headed, plural
from ck_core.publishing.charts.pareto import pareto
from ck_core.publishing.charts.values import Axis, Candidate
from ck_core.publishing.naming import names_of
from ck_core.publishing.report.parts import emulation
from ck_core.publishing.report.pictures import estimate


def pareto_picture(
    points: Sequence[Point],
    axes: tuple[Axis, Axis],
    *,
    kept: Collection[str],
    excluded: Collection[str],
    notes: Sequence[str] = (),
    total: int | None = None,
) -> Specification:
    """Points that lack one of the two are left out, and those of another emulation than the first.

    Args:
        kept, excluded: UIDs of the frontier, and of what a constraint forbids.
        total: how many points there are, where ``points`` are a choice of them.
    """
    alike = _alike(points, [axis.metric for axis in axes])
    candidates = list(_candidates(alike, axes, kept=kept, excluded=excluded))
    picture = pareto(
        candidates,
        *axes,
        notes=[*_warnings(points, alike), *notes],
        total=None if total is None else total - (len(points) - len(alike)),
    )
    return headed(picture, about=about(alike))


def _alike(points: Sequence[Point], metrics: Sequence[str]) -> list[Point]:
    """What an emulator measured is not set beside what a machine did."""
    first = points[:1]
    return [
        point
        for point in points
        if all(are_comparable(point, one, name) for one in first for name in metrics)
    ]


def _candidates(
    points: Sequence[Point],
    axes: tuple[Axis, Axis],
    *,
    kept: Collection[str],
    excluded: Collection[str],
) -> Iterator[Candidate]:
    names = names_of(points)
    for point in points:
        x, y = (estimate(point, axis.metric, names[point.uid]) for axis in axes)
        if x is not None and y is not None:
            is_kept, is_excluded = point.uid in kept, point.uid in excluded
            yield Candidate(x=x, y=y, kept=is_kept, excluded=is_excluded)


def _warnings(points: Sequence[Point], alike: Sequence[Point]) -> Iterator[str]:
    known = {point.uid for point in alike}
    if others := [point for point in points if point.uid not in known]:
        yield f"Left out: {plural(len(others), 'point')} that ran {emulation(others)}."
    works = len({work_of(point) for point in alike})
    if works > 1:
        yield (
            f"They are of {works} programs, commands or datasets, whose numbers say little of "
            "each other: --filter takes one."
        )

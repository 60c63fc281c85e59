"""A frontier that was found among recorded points, as a picture."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ck_core.domain.point import Point
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.charts.pareto import pareto
from ck_core.publishing.charts.values import Axis, Candidate
from ck_core.publishing.naming import names_of
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
    """Points that lack one of the two are left out.

    Args:
        kept, excluded: UIDs of the frontier, and of what a constraint forbids.
        total: how many points there are, where ``points`` are a choice of them.
    """
    names = names_of(points)
    candidates = []
    for point in points:
        x, y = (estimate(point, axis.metric, names[point.uid]) for axis in axes)
        if x is not None and y is not None:
            is_kept, is_excluded = point.uid in kept, point.uid in excluded
            candidates.append(Candidate(x=x, y=y, kept=is_kept, excluded=is_excluded))
    return pareto(candidates, *axes, notes=notes, total=total)

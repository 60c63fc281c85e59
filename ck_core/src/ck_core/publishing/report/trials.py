"""Points that came from a tuning: each says which trial it was."""

from __future__ import annotations

from collections.abc import Iterable

from ck_core.domain.point import Point
from ck_core.publishing.charts.values import ReferenceLine, Trial
from ck_core.publishing.report.material import Material, is_beyond, number

_MARK = "trial"


def trials_of(material: Material) -> list[Trial]:
    """In the order they were tried; none where no point is marked as a trial."""
    marked = [(place, point) for point in material.points if (place := _number(point)) is not None]
    return _trials((point for _, point in sorted(marked, key=lambda one: one[0])), material)


def compared_with(material: Material) -> list[ReferenceLine]:
    """The baseline, where it is no trial itself."""
    name = material.main_metric
    return [
        ReferenceLine(name=material.names[point.uid], value=value)
        for point in material.good
        if point.uid == material.baseline
        and _number(point) is None
        and (value := number(point, name)) is not None
    ]


def _number(point: Point) -> int | None:
    """Its key ``trial``, or the feature of that name."""
    for given in (point.extra.get(_MARK), point.features.get(_MARK)):
        if isinstance(given, int) and not isinstance(given, bool):
            return given
    return None


def _trials(points: Iterable[Point], material: Material) -> list[Trial]:
    return [
        Trial(
            name=material.names[point.uid],
            value=number(point, material.main_metric) if point.status == "ok" else None,
            failure=point.error or point.stage or _beyond(point, material),
        )
        for point in points
    ]


def _beyond(point: Point, material: Material) -> str:
    name = material.main_metric
    return "a value that cannot be drawn" if is_beyond(point, name) else ""

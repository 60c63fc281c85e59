"""Points that came from a tuning: each says which trial it was."""

from __future__ import annotations

from collections.abc import Iterable

from ck_core.analysis.tuning_ending import AS_IT_IS, told_by
from ck_core.domain.point import Point
from ck_core.publishing.charts.values import ReferenceLine, Trial
from ck_core.publishing.report.material import Material, is_beyond, number

_MARK = "trial"


def trials_of(material: Material) -> list[Trial]:
    """In the order they were tried; none where no point is marked as a trial."""
    return _trials((point for _, point in sorted(_marked(material), key=_place)), material)


def compared_with(material: Material) -> list[ReferenceLine]:
    """The baseline, where it is no trial itself; of a search the program as it is."""
    found = [
        (material.names[point.uid], point)
        for point in material.good
        if point.uid == material.baseline and _number(point) is None
    ]
    return [
        ReferenceLine(name=name, value=value)
        for name, point in [*found, *_as_it_is(material)]
        if (value := number(point, material.main_metric)) is not None
    ]


def _as_it_is(material: Material) -> list[tuple[str, Point]]:
    """The first trial of a search."""
    marked = [point for _, point in sorted(_marked(material), key=_place)]
    return [(AS_IT_IS, one) for one in marked[:1] if _search(one) and not one.failed]


def _marked(material: Material) -> list[tuple[int, Point]]:
    """Number and point; of several searches only the latest one's."""
    found = [(at, point) for point in material.points if (at := _number(point)) is not None]
    latest = _search(found[-1][1]) if found else ""
    return [one for one in found if _search(one[1]) == latest]


def _place(one: tuple[int, Point]) -> int:
    return one[0]


def _search(point: Point) -> str:
    told = told_by(point)
    return told.uid if told else ""


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
            value=number(point, material.main_metric) if _is_sound(point) else None,
            failure=point.error or point.stage or _broken(point) or _beyond(point, material),
        )
        for point in points
    ]


def _is_sound(point: Point) -> bool:
    return not point.failed and not _broken(point)


def _broken(point: Point) -> str:
    """What runs well may break a constraint of the search."""
    told = told_by(point)
    return f"breaks a {told.failure}" if told and told.failure == "constraint" else ""


def _beyond(point: Point, material: Material) -> str:
    name = material.main_metric
    return "a value that cannot be drawn" if is_beyond(point, name) else ""

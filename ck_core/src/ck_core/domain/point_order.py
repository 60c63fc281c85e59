"""The order in which points are shown: that of asking, not that of leaving a session."""

from __future__ import annotations

from collections.abc import Iterable

from ck_core.domain.point import Point


def as_asked(points: Iterable[Point]) -> list[Point]:
    """Sessions where the first of their points stands, the points of each by their place.

    A point is recorded as soon as nothing more is measured of it, so that the file tells who left
    first. Points whose place nobody knows follow the others of their session, as they stand.
    """
    given = list(points)
    begins: dict[str, int] = {}
    for number, point in enumerate(given):
        begins.setdefault(point.session or point.uid, number)

    def order(point: Point) -> tuple[int, bool, int]:
        unknown = point.place is None
        return begins[point.session or point.uid], unknown, point.place or 0

    return sorted(given, key=order)

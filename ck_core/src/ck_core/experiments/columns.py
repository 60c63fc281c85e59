"""Points as rows of values under short names, for tables of other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import candidates, short_name


def column_names(known: Iterable[str]) -> dict[str, str]:
    """Full name to the shortest that means it: ``metrics.wall_s`` to ``wall_s``."""
    there = dict.fromkeys(known)
    return {full: _shortest(full, there) for full in there}


def _shortest(full: str, there: dict[str, None]) -> str:
    short = short_name(full)
    meant = next((one for one in candidates(short) if one in there), full)
    return short if meant == full else full


def ordered_names(points: Sequence[Point]) -> list[str]:
    """Every full name that a point has: what was chosen, what came out, what was given."""
    found = dict.fromkeys(name for point in points for name in point.scalars)
    return sorted(found, key=_group)


def _group(name: str) -> int:
    group, dot, _ = name.partition(".")
    return _ORDER.get(group, 0) if dot else 0


_ORDER = {"choices": 1, "metrics": 2, "features": 3, "resolved": 4}


def rows(points: Iterable[Point], names: Sequence[str]) -> Iterator[list[Scalar | None]]:
    """The values under full names, None where a point has none."""
    for point in points:
        scalars = point.scalars
        yield [scalars.get(name) for name in names]

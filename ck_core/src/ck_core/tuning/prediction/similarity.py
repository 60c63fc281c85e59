"""How alike programs are, by their static features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, sqrt
from statistics import fmean, pstdev

Features = Mapping[str, float]
_LARGEST = 1e12


def is_comparable(name: str) -> bool:
    """Of programs of any size; counts tell the size of a program above all."""
    return name.endswith("_share") or name.startswith("mean_")


def standardized(programs: Sequence[Features]) -> list[list[float]]:
    """The comparable features that all have and that differ, in standard deviations.

    A program without features gets an empty row.
    """
    known = [one for one in programs if one]
    names = [
        name
        for name in (known[0] if known else ())
        if is_comparable(name) and all(_is_sound(one.get(name, inf)) for one in known)
    ]
    columns = [iter(_column(name, known)) for name in names]
    return [[next(column) for column in columns] if one else [] for one in programs]


def _is_sound(value: float) -> bool:
    """What a file edited by hand may hold is none."""
    return abs(value) < _LARGEST


def _column(name: str, programs: Sequence[Features]) -> list[float]:
    values = [one[name] for one in programs]
    mean, spread = fmean(values), pstdev(values)
    return [(value - mean) / spread if spread > 1e-12 else 0.0 for value in values]


def distances(program: Features, others: Sequence[Features]) -> list[float]:
    """Root mean square of what standardized features differ; infinite for what has none.

    Where there is nothing to compare with, those of the program are not looked at.
    """
    if not any(others):
        return [inf] * len(others)
    own, *rows = standardized([program, *others])
    return [_distance(own, row) for row in rows]


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    if not one or not other:
        return inf
    return sqrt(fmean((a - b) ** 2 for a, b in zip(one, other, strict=True)))

"""Columns of values that grow row by row and take little memory meanwhile."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import isnan, nan
from sys import intern
from typing import TypeAlias

from ck_core.domain.point import Scalar

Values: TypeAlias = "array[float] | list[Scalar | None]"
_BLOCK = 5_000
_FLOATS = frozenset({float, type(None)})


def columns_of(rows: Iterable[Mapping[str, Scalar]], size: int = _BLOCK) -> dict[str, Values]:
    """Name to one value a row, the name met first before the others.

    Where all are floats it is an array of them, NaN where a row has none; else a list with None.

    Args:
        size: rows that are looked at together.
    """
    columns: dict[str, Values] = {}
    count = 0
    for block in _blocks(rows, size):
        for name in dict.fromkeys(name for row in block for name in row):
            values = _filled(columns.get(name, array("d")), count)
            columns[name] = _extended(values, [row.get(name) for row in block])
        count += len(block)
    return {name: _filled(values, count) for name, values in columns.items()}


def _blocks(
    rows: Iterable[Mapping[str, Scalar]], size: int
) -> Iterator[Sequence[Mapping[str, Scalar]]]:
    rest = iter(rows)
    while block := list(islice(rest, size)):
        yield block


def _filled(values: Values, count: int) -> Values:
    """Rows that lack the name are caught up on."""
    return _extended(values, [None] * (count - len(values)))


def _extended(values: Values, more: Sequence[Scalar | None]) -> Values:
    if isinstance(values, array) and _FLOATS.issuperset(map(type, more)):
        values.extend(one if isinstance(one, float) else nan for one in more)
        return values
    if isinstance(values, array):
        values = [None if isnan(one) else one for one in values]
    values += [intern(one) if type(one) is str else one for one in more]  # most are alike
    return values

"""Points as a Parquet file, written in row groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any, BinaryIO

from ck_core.domain.point import Point, Scalar
from ck_core.experiments.reading.columns import column_names, ordered_names, values_of
from ck_core.system.extras import extra

_ROWS = 10_000
"""Of a row group; the points of one are in memory."""


def write_parquet(points: Iterable[Point], experiment: str, stream: BinaryIO) -> None:
    """One row a point; a column is of one type: where values are of several, it holds texts.

    Args:
        points: gone through twice, since a column's type is known when all values were seen.

    Raises:
        UsageError: pyarrow is not installed.
    """
    with extra("parquet", "Parquet"):
        pa, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")

    kinds = _kinds(points)
    names = ordered_names(kinds)
    short = column_names(names)
    fields = [pa.field(short[name], _type(pa, kinds[name])) for name in names]
    noted = {"ckp.experiment": experiment.encode("utf-8", "replace")}
    with parquet.ParquetWriter(stream, pa.schema(fields, metadata=noted)) as writer:
        for group in _groups(points):
            columns = [_column(group, name, kinds[name]) for name in names]
            arrays = [pa.array(v, field.type) for v, field in zip(columns, fields, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=writer.schema))


def _kinds(points: Iterable[Point]) -> dict[str, type]:
    """Full name to what all its values can be: bool, int (of 64 bits), float or str."""
    found: dict[str, type] = {}
    for point in points:
        for name, value in values_of(point).items():
            kind = _kind(value)
            found[name] = _common(found.get(name, kind), kind)
    return found


def _kind(value: Scalar) -> type:
    is_large = type(value) is int and not -(2**63) <= value < 2**63
    return float if is_large else type(value)


def _common(one: type, other: type) -> type:
    if one is other:
        return one
    return float if {one, other} == {int, float} else str


def _type(pa: Any, kind: type) -> Any:
    return {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}[kind]


def _groups(points: Iterable[Point]) -> Iterator[Sequence[dict[str, Scalar]]]:
    rest = map(values_of, points)
    while group := list(islice(rest, _ROWS)):
        yield group


def _column(group: Sequence[dict[str, Scalar]], name: str, kind: type) -> list[Scalar | None]:
    return [None if (value := one.get(name)) is None else _as(kind, value) for one in group]


def _as(kind: type, value: Scalar) -> Scalar:
    if kind is str:
        return str(value).encode("utf-8", "replace").decode()
    return float(value) if kind is float else value

"""Experiments as files that other programs read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ck_core.domain.point import Point
from ck_core.errors import UsageError
from ck_core.experiments.columns import column_names, ordered_names, rows
from ck_core.experiments.needs import extra
from ck_core.store.experiments.point_json import point_values
from ck_core.system.files import write_bytes_atomically

FILE_KINDS = ("csv", "json", "parquet")


def write_points(kind: str, points: Sequence[Point], path: Path, *, experiment: str) -> None:
    """Writes a file, whole or not at all.

    ``csv`` and ``parquet`` have one row a point and one column a value; raw repetitions and
    what else a point holds are in ``json`` only, which ckp reads again.

    Raises:
        UsageError: a library is not installed.
        StorageError: it cannot be written.
    """
    write_bytes_atomically(path, _WRITERS[kind](points, experiment))


def _csv(points: Sequence[Point], _experiment: str) -> bytes:
    names = ordered_names(points)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column_names(names).values())
    writer.writerows(rows(points, names))
    return text.getvalue().encode("utf-8", "replace")


def _json(points: Sequence[Point], experiment: str) -> bytes:
    whole = {"experiment": experiment, "points": [point_values(point) for point in points]}
    text = json.dumps(whole, indent=1, ensure_ascii=True, allow_nan=False)
    return f"{text}\n".encode()


def _parquet(points: Sequence[Point], experiment: str) -> bytes:
    """A column is of one type: where values are of several, it holds their texts."""
    with extra("parquet", "Parquet"):
        pa, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")

    names = ordered_names(points)
    short = column_names(names)
    columns = list(zip(*rows(points, names), strict=True)) or [()] * len(names)
    table = pa.table({short[n]: _arrow(pa, v) for n, v in zip(names, columns, strict=True)})
    table = table.replace_schema_metadata({"ckp.experiment": experiment.encode("utf-8", "replace")})
    sink = io.BytesIO()
    parquet.write_table(table, sink)
    return sink.getvalue()


def _arrow(pa: Any, values: Iterable[Any]) -> Any:
    found = [_encodable(value) for value in values]
    types = {type(value) for value in found if value is not None}
    if types == {int, float} or (types == {int} and not all(map(_fits, found))):
        return pa.array([None if one is None else float(one) for one in found], pa.float64())
    if len(types) > 1:
        found = [None if one is None else str(one) for one in found]
    return pa.array(found)


def _fits(value: int | None) -> bool:
    return value is None or -(2**63) <= value < 2**63


def _encodable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


_WRITERS: Mapping[str, Callable[[Sequence[Point], str], bytes]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
}


def check_file_kind(kind: str, path: Path) -> None:
    """Raises UsageError where the name says another format than is asked for."""
    ending = path.suffix.lower().removeprefix(".")
    if ending in FILE_KINDS and ending != kind:
        raise UsageError(
            f"'{path.name}' is no name for {kind}", hint=f"-o {path.stem}.{kind}, or --to {ending}"
        )

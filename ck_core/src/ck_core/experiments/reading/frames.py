"""Points as a table of pandas."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from ck_core.domain.point import Point, Scalar
from ck_core.experiments.reading.columns import column_names, ordered_names, values_of
from ck_core.experiments.reading.growing import Values, columns_of
from ck_core.store.experiments.filter_sql import encodable
from ck_core.system.extras import extra

_CHOICES = "choices."


def frame_of(points: Iterable[Point]) -> Any:
    """One row a point, in the given order; ``recorded_at`` is a time, a missing value is missing.

    Raises:
        UsageError: pandas is not installed.
    """
    with extra("pandas", "a table of pandas"):
        pd = import_module("pandas")

    columns = columns_of(_unicode(values_of(point)) for point in points)
    short = column_names(ordered_names(columns))
    frame = pd.DataFrame({title: _series(pd, columns[name]) for name, title in short.items()})
    if "recorded_at" in frame:
        times = frame["recorded_at"]
        frame["recorded_at"] = pd.to_datetime(times, errors="coerce", utc=True, format="ISO8601")
    return frame


def repetitions_frame(points: Iterable[Point]) -> Any:
    """One row a repetition: its point's UID, its number, what was chosen, and each raw value.

    Raises:
        UsageError: pandas is not installed.
    """
    with extra("pandas", "a table of pandas"):
        pd = import_module("pandas")

    found = columns_of(map(_unicode, _repetitions(points)))
    columns: dict[str, Values] = {"uid": [], "repetition": [], **found}
    chosen = [name for name in columns if name.startswith(_CHOICES)]
    order = ["uid", "repetition", *chosen, *columns]
    titles = {name: _title(name, columns) for name in order}
    return pd.DataFrame({title: _series(pd, columns[name]) for name, title in titles.items()})


def _title(name: str, there: Collection[str]) -> str:
    """A choice's own name, where no raw value has it."""
    short = name.removeprefix(_CHOICES)
    return name if short in there else short


def _repetitions(points: Iterable[Point]) -> Iterator[dict[str, Scalar]]:
    for point in points:
        choices = {f"{_CHOICES}{name}": value for name, value in point.choices.items()}
        for at in range(point.repetitions):
            raw = point.characteristics.items()
            values = {name: one[at] for name, one in raw if at < len(one)}
            yield {"uid": point.uid, "repetition": at, **choices, **values}


def _unicode(values: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    """pandas takes no half characters, as a command line of bytes has them."""
    if all(map(_is_plain, values.items())):
        return values
    return {encodable(n): encodable(v) if isinstance(v, str) else v for n, v in values.items()}


def _is_plain(item: tuple[str, Scalar]) -> bool:
    name, value = item
    return name.isascii() and (not isinstance(value, str) or value.isascii())


def _series(pd: Any, values: Values) -> Any:
    """As pandas itself would have it; of an array of floats the memory is taken over."""
    if isinstance(values, array):
        return pd.Series(import_module("numpy").frombuffer(values, dtype=float))
    return pd.Series(values)

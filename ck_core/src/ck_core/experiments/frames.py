"""Points as a table of pandas."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from ck_core.domain.point import Point
from ck_core.experiments.columns import column_names, ordered_names, rows
from ck_core.experiments.needs import extra


def frame_of(points: Sequence[Point]) -> Any:
    """One row a point, in the given order; ``recorded_at`` is a time, a missing value is missing.

    Raises:
        UsageError: pandas is not installed.
    """
    with extra("pandas", "a table of pandas"):
        pd = import_module("pandas")

    names = ordered_names(points)
    short = column_names(names)
    frame = pd.DataFrame(list(rows(points, names)), columns=[short[name] for name in names])
    if "recorded_at" in frame:
        times = frame["recorded_at"]
        frame["recorded_at"] = pd.to_datetime(times, errors="coerce", utc=True, format="ISO8601")
    return frame


def repetitions_frame(points: Sequence[Point]) -> Any:
    """One row a repetition: its point's UID, its number, and each raw value.

    Raises:
        UsageError: pandas is not installed.
    """
    with extra("pandas", "a table of pandas"):
        pd = import_module("pandas")

    found = [
        {"uid": point.uid, "repetition": at, **_values_at(point, at)}
        for point in points
        for at in range(max(map(len, point.characteristics.values()), default=0))
    ]
    return pd.DataFrame(found, columns=None if found else ["uid", "repetition"])


def _values_at(point: Point, at: int) -> dict[str, float]:
    return {name: raw[at] for name, raw in point.characteristics.items() if at < len(raw)}

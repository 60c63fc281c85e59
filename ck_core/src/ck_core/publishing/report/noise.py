"""Outliers of a recorded point, with what its counters say about them."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from ck_core.analysis.outliers import examine, find_outliers
from ck_core.domain.point import Point
from ck_core.domain.run import Repetition
from ck_core.publishing.charts.values import is_drawable

_TIMES = ("user_s", "system_s")
_COUNTERS = ("voluntary_switches", "involuntary_switches", "major_faults", "minor_faults")
_CLOCK = "frequency_hz"


def causes(point: Point, metric: str) -> dict[int, str]:
    """Index of each outlier to its likely cause; an empty text where nothing tells."""
    values = point.characteristics.get(metric, ())
    if not all(map(is_drawable, values)):
        return {}
    if metric == "wall_s" and values:
        found = examine(_repetitions(point), frequencies_hz=_clocks(point))
        told = {one.index: "; ".join(one.causes) for one in found.outliers}
        return {**dict.fromkeys(found.others, ""), **told}
    return dict.fromkeys(find_outliers(values), "")


def _repetitions(point: Point) -> list[Repetition]:
    """With what was recorded of each; None where it was not."""
    times = [_values(point, name) for name in _TIMES]
    counters = [_values(point, name) for name in _COUNTERS]
    return [
        _repetition(wall, [_at(one, index) for one in times], [_at(one, index) for one in counters])
        for index, wall in enumerate(point.characteristics["wall_s"])
    ]


def _repetition(
    wall_s: float, times: list[float | None], counters: list[float | None]
) -> Repetition:
    voluntary, involuntary, major, minor = (None if one is None else int(one) for one in counters)
    return Repetition(
        wall_s=wall_s,
        user_s=times[0],
        system_s=times[1],
        exit_status=0,
        voluntary_switches=voluntary,
        involuntary_switches=involuntary,
        major_faults=major,
        minor_faults=minor,
        timed_out=False,
        directory=Path(),
    )


def _clocks(point: Point) -> list[float | None]:
    """Of each repetition, where it was recorded; empty where of none."""
    clocks = point.characteristics.get(_CLOCK, ())
    if len(clocks) != len(point.characteristics["wall_s"]):
        return []
    return [one if isfinite(one) else None for one in clocks]


def _at(values: tuple[float, ...] | None, index: int) -> float | None:
    return None if values is None else values[index]


def _values(point: Point, name: str) -> tuple[float, ...] | None:
    """One a repetition; None where one is missing."""
    values = point.characteristics.get(name, ())
    count = len(point.characteristics["wall_s"])
    return values if len(values) == count and all(map(isfinite, values)) else None

"""Outliers of a recorded point, with what its counters say about them."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from ck_core.analysis.outliers import examine, find_outliers
from ck_core.domain.point import Point
from ck_core.domain.run import Repetition

_TIMES = ("wall_s", "user_s", "system_s")
_COUNTERS = ("voluntary_switches", "involuntary_switches", "major_faults", "minor_faults")


def causes(point: Point, metric: str) -> dict[int, str]:
    """Index of each outlier to its likely cause; an empty text where nothing tells."""
    values = point.characteristics.get(metric, ())
    if not all(map(isfinite, values)):
        return {}
    if metric == "wall_s" and (repetitions := _repetitions(point)):
        return {one.index: "; ".join(one.causes) for one in examine(repetitions).outliers}
    return dict.fromkeys(find_outliers(values), "")


def _repetitions(point: Point) -> list[Repetition]:
    """Empty where times are missing; counters that are not there tell nothing."""
    count = len(point.characteristics["wall_s"])
    times = [point.characteristics.get(name, ()) for name in _TIMES]
    if any(len(one) != count or not all(map(isfinite, one)) for one in times):
        return []
    counters = [_counts(point, name, count) for name in _COUNTERS]
    return [
        Repetition(
            wall_s=wall,
            user_s=user,
            system_s=system,
            peak_memory_bytes=0,
            exit_status=0,
            voluntary_switches=voluntary,
            involuntary_switches=involuntary,
            major_faults=major,
            minor_faults=minor,
            timed_out=False,
            directory=Path(),
        )
        for wall, user, system, voluntary, involuntary, major, minor in zip(
            *times, *counters, strict=True
        )
    ]


def _counts(point: Point, name: str, count: int) -> list[int]:
    values = point.characteristics.get(name, ())
    if len(values) != count or not all(map(isfinite, values)):
        return [0] * count
    return [int(one) for one in values]

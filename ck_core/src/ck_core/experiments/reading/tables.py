"""Which columns say most about some points in a width, and what all of them have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ck_core.domain.metric import WALL
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import says_command, short_name

_LATER = ("wall_s", "cpu_s", "peak_memory_bytes")
_LAST = (
    "user_s",
    "system_s",
    "voluntary_switches",
    "involuntary_switches",
    "major_faults",
    "minor_faults",
)
_HEAD = ("program", "command", "dataset")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a table of points shows.

    Attributes:
        columns: full names that differ between points, and metrics; the most telling first.
        main: the column of the first metric; empty where there is none.
        common: short name and value of the choices that are the same for all.
    """

    columns: Sequence[str]
    main: str
    common: Sequence[tuple[str, Scalar]]


def layout_of(points: Sequence[Point], first: str = WALL) -> Layout:
    """Choices that differ, then metrics, then features that differ.

    Args:
        first: of the metrics: what the points are judged by.
    """
    scalars = [point.scalars for point in points]
    says = says_command(points)
    choices = [one for one in _choices(scalars) if one != "command" or not says]
    varied = [name for name in choices if _differs(name, scalars)]
    features = dict.fromkeys(n for one in scalars for n in one if n.startswith("features."))
    changed = [name for name in ("commit", *features) if _differs(name, scalars)]
    failed = ["status"] if any(point.status != "ok" for point in points) else []
    emulated = ["emulated_by"] if _differs("emulated_by", scalars) else []
    metrics = _metrics(points, first)
    return Layout(
        columns=[*varied, *failed, *emulated, *metrics, *changed],
        main=next(iter(metrics), ""),
        common=[
            (short_name(name), scalars[0][name])
            for name in choices
            if name not in varied and scalars[0].get(name, "") != ""
        ],
    )


def _choices(scalars: Sequence[dict[str, Scalar]]) -> list[str]:
    """What was run counts as chosen, where no choice says the same."""
    found = dict.fromkeys(n for one in scalars for n in one if n.startswith("choices."))
    head = [name for name in _HEAD if f"choices.{name}" not in found]
    there = [name for name in head if any(name in one for one in scalars)]
    return [*there, *found]


def _differs(name: str, scalars: Sequence[dict[str, Scalar]]) -> bool:
    return len({(type(one.get(name)), one.get(name)) for one in scalars}) > 1


def _metrics(points: Sequence[Point], first: str) -> list[str]:
    """What the program itself gives comes after the first, counters last."""
    met = Counter(name for point in points for name in point.metrics if name != "correct")
    ranked = sorted(met, key=lambda name: _rank(name, first))
    return [f"metrics.{name}" for name in ranked]


def _rank(name: str, first: str) -> int:
    for rank, group in ((0, (first,)), (2, _LATER), (3, _LAST)):
        if name in group:
            return rank
    return 1


def fitting(widths: Iterable[tuple[str, int]], room: int, gap: int = 2) -> list[str]:
    """Of columns with their widths those that fit, the first before the others."""
    kept: list[str] = []
    for name, width in widths:
        if width + gap <= room:
            kept.append(name)
            room -= width + gap
    return kept

"""Which columns say most about some points in a width, and what all of them have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ck_core.analysis.differing_words import values_apart, words_of_all
from ck_core.analysis.tuning_ending import standing_in_search, told_by
from ck_core.domain.metric import WALL
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import says_command, short_name
from ck_core.domain.units import metric_text

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


TRIAL = "trial"
"""The column of a search: which trial it was, or which part of the last runs."""
_CHOICES = "choices."
_METRICS = "metrics."


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a table of points shows.

    Attributes:
        columns: full names that differ between points, and metrics; the most telling first.
        main: the columns of the first metric, or of all that a search was for.
        common: short name and value of the choices, words of choices and metrics that are the
            same for all.
        varied: those of the columns that say what was chosen.
    """

    columns: Sequence[str]
    main: Sequence[str]
    common: Sequence[tuple[str, Scalar]]
    varied: Sequence[str] = ()


def layout_of(points: Sequence[Point], first: str = WALL) -> Layout:
    """The trial of a search, choices that differ, then metrics, then features that differ.

    Args:
        first: of the metrics: what the points are judged by, unless a search says it.
    """
    scalars = [point.scalars for point in points]
    choices = _told_choices(points, scalars)
    varied = [name for name in choices if _differs(name, scalars)]
    trial = [TRIAL] if any(map(standing_in_search, points)) else []
    aims = _aims(points) or [first]
    metrics = _metrics(points, aims)
    main = [one for one in metrics if short_name(one) in aims] or metrics[:1]
    equal = {one: text for one in metrics if one not in main if (text := _equal(one, points))}
    unequal = [one for one in metrics if one not in equal]
    return Layout(
        columns=[*trial, *varied, *_states(points, scalars), *unequal, *_changed(scalars)],
        main=main,
        common=[*_common_choices(choices, varied, scalars), *_shortly(equal)],
        varied=[*trial, *varied],
    )


def _told_choices(points: Sequence[Point], scalars: Sequence[dict[str, Scalar]]) -> list[str]:
    """All but a command that another choice says."""
    says = says_command(points)
    return [one for one in _choices(scalars) if one != "command" or not says]


def _states(points: Sequence[Point], scalars: Sequence[dict[str, Scalar]]) -> Iterator[str]:
    if any(point.failed for point in points):
        yield "status"
    if _differs("emulated_by", scalars):
        yield "emulated_by"


def _changed(scalars: Sequence[dict[str, Scalar]]) -> list[str]:
    """What was given, where it differs."""
    features = dict.fromkeys(n for one in scalars for n in one if n.startswith("features."))
    return [name for name in ("commit", *features) if _differs(name, scalars)]


def _aims(points: Sequence[Point]) -> list[str]:
    """Metrics that the latest search among them was for."""
    found = (told_by(one) for one in reversed(points))
    told = next((one for one in found if one), None)
    return [one.metric for one in told.objectives] if told else []


def _common_choices(
    choices: Sequence[str], varied: Sequence[str], scalars: Sequence[dict[str, Scalar]]
) -> Iterator[tuple[str, Scalar]]:
    for name in choices:
        if name not in varied and scalars[0].get(name, "") != "":
            yield short_name(name), scalars[0][name]
        elif name in varied and (words := words_of_all(_texts(name, scalars))):
            yield short_name(name), " ".join(words)


def _shortly(metrics: Mapping[str, str]) -> Iterator[tuple[str, Scalar]]:
    yield from ((short_name(name), value) for name, value in metrics.items())


def _texts(name: str, scalars: Sequence[dict[str, Scalar]]) -> list[str]:
    found = (one.get(name) for one in scalars)
    return [one for one in found if isinstance(one, str)]


def _equal(name: str, points: Sequence[Point]) -> str:
    """What is the same in every row tells nothing there. Empty where it is not, or of one row."""
    measured = [point.metrics.get(name.removeprefix(_METRICS)) for point in points if point.metrics]
    values = {(one.value, one.low, one.high) if one else None for one in measured}
    first = next(iter(measured), None)
    return metric_text(first) if first and len(measured) > 1 and len(values) == 1 else ""


def column_of(points: Sequence[Point], name: str) -> list[Scalar | None]:
    """Its values; of long texts that were chosen what differs between them."""
    if name == TRIAL:
        return [standing_in_search(one).removeprefix(f"{TRIAL} ") or None for one in points]
    values = [one.scalars.get(name) for one in points]
    return values_apart(values) if name.startswith(_CHOICES) else values


def _choices(scalars: Sequence[dict[str, Scalar]]) -> list[str]:
    """What was run counts as chosen, where no choice says the same."""
    found = dict.fromkeys(n for one in scalars for n in one if n.startswith(_CHOICES))
    head = [name for name in _HEAD if f"{_CHOICES}{name}" not in found]
    there = [name for name in head if any(name in one for one in scalars)]
    return [*there, *found]


def _differs(name: str, scalars: Sequence[dict[str, Scalar]]) -> bool:
    return len({(type(one.get(name)), one.get(name)) for one in scalars}) > 1


def _metrics(points: Sequence[Point], first: Sequence[str]) -> list[str]:
    """What the program itself gives comes after the first, counters last."""
    met = Counter(name for point in points for name in point.metrics if name != "correct")
    ranked = sorted(met, key=lambda name: _rank(name, first))
    return [f"{_METRICS}{name}" for name in ranked]


def _rank(name: str, first: Sequence[str]) -> int:
    for rank, group in ((0, first), (2, _LATER), (3, _LAST)):
        if name in group:
            return rank
    return 1


GAP = 2
"""Blanks between columns."""


def fitting(widths: Iterable[tuple[str, int]], room: int, gap: int = GAP) -> list[str]:
    """Of columns with their widths those that fit, the first before the others."""
    kept: list[str] = []
    for name, width in widths:
        if width + gap <= room:
            kept.append(name)
            room -= width + gap
    return kept

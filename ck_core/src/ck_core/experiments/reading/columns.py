"""Points as rows of values under short names, for tables of other programs and of people."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ck_core.analysis.filters import value_of
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import candidates, short_name

Row = list[Scalar | None]
_TWICE = {
    "choices.program": "program",
    "choices.command": "command",
    "choices.dataset": "dataset",
    "metrics.correct": "correct",
}
"""What points say under two names; of what did not build the choice alone knows the dataset."""


def values_of(point: Point) -> dict[str, Scalar]:
    """``Point.scalars``, with what is there under two names under the first of them."""
    found = point.scalars
    for name, first in _TWICE.items():
        if name in found:
            found.setdefault(first, found.pop(name))
    return found


def column_names(known: Iterable[str]) -> dict[str, str]:
    """Full name to the shortest that means it: ``metrics.wall_s`` to ``wall_s``."""
    there = dict.fromkeys(known)
    return {full: _shortest(full, there) for full in there}


def _shortest(full: str, there: dict[str, None]) -> str:
    short = short_name(full)
    meant = next((one for one in candidates(short) if one in there), full)
    return short if meant == full else full


def ordered_names(known: Iterable[str]) -> list[str]:
    """Full names, each once: what was run, what was chosen, what came out, what was given."""
    return sorted(dict.fromkeys(_TWICE.get(name, name) for name in known), key=_place)


def names_in_points(points: Iterable[Point]) -> list[str]:
    """Every full name that some of them has."""
    return list(dict.fromkeys(name for point in points for name in point.scalars))


def _place(name: str) -> tuple[int, int]:
    group, dot, _ = name.partition(".")
    if dot:
        return _GROUPS.get(group, 0), 0
    return 0, _HEAD.get(name, len(_HEAD))


_GROUPS = {"choices": 1, "metrics": 2, "features": 3, "resolved": 4}
_FIRST = ("uid", "recorded_at", "status", "stage", "error", "program", "command", "dataset")
_HEAD = {name: place for place, name in enumerate(_FIRST)}


def rows(points: Iterable[Point], names: Sequence[str]) -> Iterator[Row]:
    """The values under ``ordered_names``, None where a point has none."""
    for point in points:
        values = values_of(point)
        yield [values.get(name) for name in names]


BESIDES: Mapping[str, Callable[[Point], Scalar]] = {
    "n": lambda point: point.repetitions,
    "notes": lambda point: "; ".join(point.notes),
    "command_line": lambda point: shlex.join(point.command_line),
}
"""Columns that can be asked for, where no point has a value of that name."""


def asked_values(columns: Sequence[str], known: Iterable[str]) -> Callable[[Point], Row]:
    """What answers the values of a point under names of a user's.

    Args:
        known: the full names that points have; they go before those of ``BESIDES``.
    """
    there = set(known)
    besides = {
        name: BESIDES[name]
        for name in columns
        if name in BESIDES and there.isdisjoint(candidates(name))
    }

    def answer(point: Point) -> Row:
        scalars = point.scalars
        return [besides[n](point) if n in besides else value_of(scalars, n) for n in columns]

    return answer

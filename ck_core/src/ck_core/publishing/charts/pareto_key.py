"""The numbers beside the points of a frontier, and the key that names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from ck_core.publishing.charts.layout import Row, Specification, rows
from ck_core.publishing.texts import plain, shorten

_CLOSE = 18.0
"""Pixels; numbers closer than this would overlap."""
_MOST_NAMES = 20
_LINE = 18
_NAME_LENGTH = 64


@dataclass(frozen=True, kw_only=True)
class Span:
    """What an axis shows, in its units."""

    ends: tuple[float, float]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value is drawn: 0 at the beginning of the axis, 1 at its end."""
        low, high = self.ends
        if self.logarithmic:
            return log(value / low) / log(high / low)
        return (value - low) / (high - low)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A point on the frontier, in the units of the axes."""

    name: str
    x: float
    y: float
    values: str


def numerals(
    marks: Sequence[Mark], spans: tuple[Span, Span], size: tuple[int, int]
) -> Specification:
    """Numbers from 1 beside the points; neighbours too close for two numbers share one text."""
    table: list[Row] = [
        {
            "across": marks[group[0]].x,
            "up": marks[group[0]].y,
            "text": _range(group[0] + 1, group[-1] + 1),
        }
        for group in _groups(marks, spans, size)
    ]
    return {
        "data": rows(table),
        "mark": {
            "type": "text",
            "style": "label",
            "align": "left",
            "baseline": "bottom",
            "dx": 6,
            "dy": -5,
        },
        "encoding": {"text": {"field": "text"}},
    }


def _groups(
    marks: Sequence[Mark], spans: tuple[Span, Span], size: tuple[int, int]
) -> list[list[int]]:
    def pixel(mark: Mark) -> tuple[float, float]:
        across, up = spans
        return across.share(mark.x) * size[0], up.share(mark.y) * size[1]

    groups: list[list[int]] = []
    for number, mark in enumerate(marks):
        if groups:
            (x, y), (last_x, last_y) = pixel(mark), pixel(marks[groups[-1][0]])
            if abs(x - last_x) < _CLOSE + 8 and abs(y - last_y) < _CLOSE:
                groups[-1].append(number)
                continue
        groups.append([number])
    return groups


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}\N{EN DASH}{last}"


def key_panel(marks: Sequence[Mark], width: int) -> Specification:
    """One line a number: name and values."""
    lines = [
        f"{number}  {shorten(plain(one.name), _NAME_LENGTH)}  ({one.values})"
        for number, one in enumerate(marks[:_MOST_NAMES], start=1)
    ]
    if len(marks) > _MOST_NAMES:
        lines.append(f"and {len(marks) - _MOST_NAMES} more")
    table: list[Row] = [{"line": number, "text": line} for number, line in enumerate(lines)]
    return {
        "width": width,
        "height": _LINE * max(1, len(lines)),
        "data": rows(table),
        "mark": {"type": "text", "style": "note", "align": "left", "x": 0, "limit": width},
        "encoding": {
            "y": {
                "field": "line",
                "type": "ordinal",
                "axis": None,
                "scale": {"domain": [*range(max(1, len(lines)))]},
            },
            "text": {"field": "text"},
        },
    }

"""What all charts share: the frame, the axis of names, the range of numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

Specification = dict[str, Any]
Row = Mapping[str, object]

WIDTH = 640
_TITLE_LENGTH = 74
_LINE_LENGTH = 104
LABEL_LENGTH = 36
STEP = 24
"""Pixels of one row of a variant."""


def specification(
    *, title: str, notes: Iterable[str], description: str, content: Specification
) -> Specification:
    """A whole picture.

    Args:
        notes: sentences below the title.
        description: what a reader who cannot see the picture is told.
        content: the marks, with ``layer`` or ``vconcat``.
    """
    lines = textwrap.wrap(" ".join(notes), _LINE_LENGTH)
    return {
        "title": {"text": textwrap.wrap(title, _TITLE_LENGTH), "subtitle": lines},
        "description": description,
        **content,
    }


def rows(values: Iterable[Row]) -> Specification:
    return {"values": list(values)}


def names_axis(domain: Sequence[str]) -> Specification:
    """One row for each label, from above, in the order given."""
    return {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "title": None,
        "scale": {"domain": [*domain], "paddingInner": 0.35, "paddingOuter": 0.2},
        "axis": {"ticks": False, "domain": False, "grid": False},
    }


def number_axis(
    field: str,
    title: str,
    domain: tuple[float, float],
    *,
    logarithmic: bool = False,
    **axis: object,
) -> Specification:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {
            "domain": [*domain],
            "nice": False,
            **({"type": "log"} if logarithmic else {"zero": False}),
        },
        "axis": {"tickCount": 6, "domain": False, "ticks": False, **axis},
    }


def padded(
    values: Iterable[float], *, before: float = 0.05, after: float = 0.05, logarithmic: bool = False
) -> tuple[float, float]:
    """The range of some values with room at both ends, as shares of it; never empty.

    Where nothing is negative, it does not begin below zero.
    """
    found = [one for one in values if isfinite(one)] or [0.0, 1.0]
    low, high = min(found), max(found)
    if logarithmic:
        ratio = max(high / low, 1.2)
        return low / ratio**before, high * ratio**after
    width = (high - low) or abs(high) * 0.1 or 1.0
    foot = low - before * width
    return (0.0 if low >= 0 > foot else foot), high + after * width


def line_at(channel: str, value: float, **mark: object) -> Specification:
    """A straight line across the picture, at a value of one axis."""
    other = "y" if channel == "x" else "x"
    return {
        "data": rows([{"at": value}]),
        "mark": {"type": "rule", "style": "ink", "opacity": 0.75, **mark},
        "encoding": {channel: {"field": "at"}, other: None},
    }


def values_column() -> Specification:
    """The field ``text`` of each row, right of the picture, where no mark and no line is."""
    return {
        "mark": {"type": "text", "style": "label", "align": "left", "dx": 8, "x": "width"},
        "encoding": {"x": None, "text": {"field": "text"}},
    }


def tooltip(*fields: str) -> list[Specification]:
    """Of text fields, titled by their names, which are ours: some names are commands there."""
    return [{"field": one, "type": "nominal", "title": one} for one in fields]


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

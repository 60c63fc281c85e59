"""What all charts share: the frame, the axis of names, the range of numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from ck_core.publishing.charts.values import is_drawable

Specification = dict[str, Any]
Row = Mapping[str, object]

WIDTH = 640
_BESIDE_NUMBERS = 60
_TITLE_LETTER, _NOTE_LETTER, _LABEL_LETTER = 8.6, 6.1, 6.6
"""Pixels of a letter of a usual text, somewhat more than they take, so that no line is cut."""
LABEL_LENGTH = 36
STEP = 24
"""Pixels of one row of a variant."""


def specification(
    *,
    title: str,
    notes: Iterable[str],
    description: str,
    content: Specification,
    beside: Iterable[str] = (),
) -> Specification:
    """A whole picture.

    Args:
        notes: sentences below the title.
        description: what a reader who cannot see the picture is told.
        content: the marks, with ``layer`` or ``vconcat``.
        beside: the longest texts left and right of the plot, which make the picture wider.
    """
    letters = sum(map(len, beside))
    width = WIDTH + (letters * _LABEL_LETTER if letters else _BESIDE_NUMBERS)
    return {
        "title": {
            "text": textwrap.wrap(title, int(width / _TITLE_LETTER)),
            "subtitle": textwrap.wrap(" ".join(notes), int(width / _NOTE_LETTER)),
        },
        "description": description,
        **content,
    }


def headed(picture: Specification, *, heading: str = "", about: str = "") -> Specification:
    """The same with what its title begins with, and a first line below that says what was run."""
    title = picture["title"]
    longest = max(map(len, title["subtitle"]), default=int(WIDTH / _NOTE_LETTER))
    text, lines = " ".join(title["text"]), title["subtitle"]
    if heading:
        text = f"{heading}: {text[:1].lower() if text[1:2].islower() else text[:1]}{text[1:]}"
    words = {
        "text": textwrap.wrap(text, max(int(WIDTH / _TITLE_LETTER), *map(len, title["text"]))),
        "subtitle": [*textwrap.wrap(about, max(int(WIDTH / _NOTE_LETTER), longest)), *lines],
    }
    described = " ".join(part for part in (about, picture["description"]) if part)
    return {**picture, "title": {**title, **words}, "description": described}


def longest(texts: Iterable[object]) -> str:
    """For ``beside``."""
    return max(map(str, texts), key=len, default="")


def left_out(values: Iterable[float], noun: str) -> list[str]:
    """The sentence about values that no axis can hold; none where there are none."""
    count = sum(not is_drawable(one) for one in values)
    if not count:
        return []
    return [f"Left out: {plural(count, noun)} without a number that can be drawn."]


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

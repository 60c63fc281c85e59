"""Run order: all repetitions as they followed each other, so that drift shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ck_core.publishing.charts.layout import (
    WIDTH,
    Row,
    Specification,
    line_at,
    number_axis,
    padded,
    rows,
    tooltip,
)
from ck_core.publishing.texts import plain
from ck_core.publishing.units import Quantity

_HEIGHT = 150
_MOST_KINDS = 24
"""Vega repeats six colours and eight shapes; after so many both would be as before."""


class Placed(Protocol):
    """A repetition with its place in the order of all runs."""

    @property
    def sample(self) -> int: ...
    @property
    def value(self) -> float: ...
    @property
    def place(self) -> float: ...
    @property
    def outlier(self) -> str | None: ...


def run_order(
    dots: Sequence[Placed], names: Sequence[str], medians: Sequence[float], unit: Quantity
) -> Specification:
    """Each value as distance from its variant's median, in per cent.

    So a slower machine shows in all variants alike. Up to 24 variants are told apart by colour
    and shape.
    """
    coloured = 1 < len(names) <= _MOST_KINDS
    table = [_row(one, names, medians, unit) for one in dots if medians[one.sample]]
    places = padded((one.place + 1 for one in dots), before=0.02, after=0.02)
    heights = padded([0.0, *(_deviation(one, medians) for one in dots)], before=0.1, after=0.1)
    return {
        "width": WIDTH,
        "height": _HEIGHT,
        "encoding": {
            "x": number_axis("place", "run", places, grid=False, format="d", tickMinStep=1),
            "y": number_axis("deviation", "from own median (%)", heights, tickCount=5),
        },
        "layer": [
            line_at("y", 0.0, style="faint"),
            _marks([row for row in table if not row["apart"]], names, coloured=coloured),
            _outliers([row for row in table if row["apart"]]),
        ],
    }


def uncoloured_note(count: int) -> list[str]:
    """The sentence about more variants than can be told apart; else none."""
    if count <= _MOST_KINDS:
        return []
    return [f"Of more than {_MOST_KINDS} variants the order of runs shows all alike."]


def _deviation(dot: Placed, medians: Sequence[float]) -> float:
    middle = medians[dot.sample]
    return (dot.value / middle - 1) * 100 if middle else 0.0


def _row(dot: Placed, names: Sequence[str], medians: Sequence[float], unit: Quantity) -> Row:
    return {
        "variant": names[dot.sample],
        "place": dot.place + 1,
        "deviation": _deviation(dot, medians),
        "value": unit.format(dot.value),
        "apart": dot.outlier is not None,
        "cause": plain(dot.outlier or ""),
    }


def _marks(table: list[Row], names: Sequence[str], *, coloured: bool) -> Specification:
    colour = {
        "field": "variant",
        "type": "nominal",
        "scale": {"domain": [*names]},
        "legend": {"title": None, "symbolOpacity": 1},
    }
    shape = {**colour, "legend": colour["legend"]}
    tip = tooltip("variant", "value")
    return {
        "data": rows(table),
        "mark": {
            "type": "point",
            "filled": True,
            "size": 30,
            "opacity": 0.75,
            **({} if coloured else {"style": "accent"}),
        },
        "encoding": {"tooltip": tip, **({"color": colour, "shape": shape} if coloured else {})},
    }


def _outliers(table: list[Row]) -> Specification:
    return {
        "data": rows(table),
        "mark": {"type": "point", "shape": "diamond", "style": "warning", "size": 60},
        "encoding": {"tooltip": tooltip("variant", "value", "cause")},
    }

"""Pareto: two objectives, the frontier, and what is dominated in grey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ck_core.publishing.charts.comparison import interval_text
from ck_core.publishing.charts.layout import (
    WIDTH,
    Row,
    Specification,
    line_at,
    number_axis,
    padded,
    plural,
    rows,
    specification,
    tooltip,
)
from ck_core.publishing.charts.pareto_key import Mark, key_panel, numerals
from ck_core.publishing.charts.thinning import thin, thinned_note
from ck_core.publishing.charts.values import Axis, Candidate, Estimate
from ck_core.publishing.texts import plain
from ck_core.publishing.units import Quantity, quantity

HEIGHT = 380
_TIP = ("variant", "x", "y", "choices", "standing")


class _Units(NamedTuple):
    x: Quantity
    y: Quantity


def pareto(
    candidates: Sequence[Candidate],
    x: Axis,
    y: Axis,
    *,
    notes: Sequence[str] = (),
    total: int | None = None,
) -> Specification:
    """All points; those on the frontier are numbered, and named in a key below.

    Args:
        total: how many points there are, where ``candidates`` are a choice of them.
    """
    total = len(candidates) if total is None else total
    shown = thin(candidates, lambda one: one.kept)
    units = _Units(
        quantity(x.metric, (one.x.value for one in candidates)),
        quantity(y.metric, (one.y.value for one in candidates)),
    )
    spans = _span(shown, x, units.x, "x"), _span(shown, y, units.y, "y")
    frontier = sorted((one for one in candidates if one.kept), key=lambda one: one.x.value)
    marks = [
        Mark(
            name=one.name,
            x=units.x.shown(one.x.value),
            y=units.y.shown(one.y.value),
            values=f"{units.x.format(one.x.value)}, {units.y.format(one.y.value)}",
        )
        for one in frontier
    ]
    picture: Specification = {
        "width": WIDTH,
        "height": HEIGHT,
        "encoding": {
            "x": number_axis("across", units.x.title, spans[0]),
            "y": number_axis("up", units.y.title, spans[1]),
        },
        "layer": [
            *_limits(x, y, units),
            *_others(),
            *_frontier(frontier, x, y, units),
            numerals(marks, spans, (WIDTH, HEIGHT)),
        ],
    }
    return specification(
        title=f"{len(frontier):,} of {plural(total, 'point')} on the Pareto frontier",
        notes=[
            *_notes(candidates, x, y, units),
            *thinned_note(len(shown), total, "points"),
            *notes,
        ],
        description=_description(frontier, candidates, units),
        content={
            "datasets": _datasets(shown, units),
            "vconcat": [picture, key_panel(marks, WIDTH)],
            "spacing": 12,
        },
    )


def _ends(one: Estimate) -> tuple[float, float]:
    low = one.value if one.low is None else one.low
    high = one.value if one.high is None else one.high
    return min(low, one.value), max(high, one.value)


def _span(
    candidates: Sequence[Candidate], axis: Axis, unit: Quantity, side: str
) -> tuple[float, float]:
    estimates: Iterator[Estimate] = (getattr(one, side) for one in candidates)
    ends = [end for one in estimates for end in _ends(one)]
    return padded(map(unit.shown, [*ends, *axis.limits]), before=0.08, after=0.08)


def _datasets(candidates: Sequence[Candidate], units: _Units) -> dict[str, list[Row]]:
    """Each is drawn by several marks, but held once."""
    groups: dict[str, list[Row]] = {"frontier": [], "excluded": [], "dominated": []}
    for one in candidates:
        name = "frontier" if one.kept else "excluded" if one.excluded else "dominated"
        groups[name].append(_row(one, units))
    return groups


def _row(one: Candidate, units: _Units) -> Row:
    (left, right), (bottom, top) = _ends(one.x), _ends(one.y)
    return {
        "across": units.x.shown(one.x.value),
        "up": units.y.shown(one.y.value),
        "left": units.x.shown(left),
        "right": units.x.shown(right),
        "bottom": units.y.shown(bottom),
        "top": units.y.shown(top),
        "variant": plain(one.name),
        "x": _value_text(one.x, units.x),
        "y": _value_text(one.y, units.y),
        "choices": plain(one.x.details or one.y.details),
        "standing": _standing(one),
    }


def _value_text(one: Estimate, unit: Quantity) -> str:
    text = f"{unit.words} {unit.format(one.value)}"
    return text if one.low is None else f"{text} ({interval_text(one, unit)})"


def _standing(one: Candidate) -> str:
    if one.excluded:
        return "excluded by a constraint"
    return "on the frontier" if one.kept else "dominated"


def _others() -> Iterator[Specification]:
    yield from _whiskers("dominated", "faint", 0.35)
    yield {
        "data": {"name": "dominated"},
        "mark": {"type": "circle", "style": "faint", "size": 36, "opacity": 0.8},
        "encoding": {"tooltip": tooltip(*_TIP)},
    }
    yield {
        "data": {"name": "excluded"},
        "mark": {
            "type": "point",
            "shape": "M-1,-1L1,1M1,-1L-1,1",
            "style": "faint",
            "size": 26,
        },
        "encoding": {"tooltip": tooltip(*_TIP)},
    }


def _whiskers(dataset: str, style: str, opacity: float) -> Iterator[Specification]:
    mark = {"type": "rule", "style": style, "opacity": opacity}
    yield {
        "data": {"name": dataset},
        "mark": mark,
        "encoding": {"x": {"field": "left"}, "x2": {"field": "right"}},
    }
    yield {
        "data": {"name": dataset},
        "mark": mark,
        "encoding": {"y": {"field": "bottom"}, "y2": {"field": "top"}},
    }


def _frontier(
    frontier: Sequence[Candidate], x: Axis, y: Axis, units: _Units
) -> Iterator[Specification]:
    corners = [_row(one, units) for one in _best_values(frontier, x, y)]
    yield {
        "data": rows(corners),
        "mark": {
            "type": "line",
            "style": "accent",
            "interpolate": "step-before" if x.maximize else "step-after",
            "opacity": 0.6,
        },
    }
    yield from _whiskers("frontier", "accent", 0.9)
    yield {
        "data": {"name": "frontier"},
        "mark": {"type": "point", "filled": True, "style": "accent", "size": 70, "opacity": 1},
        "encoding": {"tooltip": tooltip(*_TIP)},
    }


def _best_values(frontier: Sequence[Candidate], x: Axis, y: Axis) -> list[Candidate]:
    """Without those that only their interval keeps: the line goes through the best values."""

    def costs(one: Candidate) -> tuple[float, float]:
        return (
            -one.x.value if x.maximize else one.x.value,
            -one.y.value if y.maximize else one.y.value,
        )

    found: list[Candidate] = []
    for one in sorted(frontier, key=costs):
        if not found or costs(one)[1] < costs(found[-1])[1]:
            found.append(one)
    return sorted(found, key=lambda one: one.x.value)


def _limits(x: Axis, y: Axis, units: _Units) -> Iterator[Specification]:
    for side, axis, unit in (("x", x, units.x), ("y", y, units.y)):
        for limit in axis.limits:
            yield line_at(side, unit.shown(limit), style="warning", strokeDash=[6, 4])


def _notes(candidates: Sequence[Candidate], x: Axis, y: Axis, units: _Units) -> Iterator[str]:
    wishes = (
        f"{'more' if axis.maximize else 'less'} {unit.words}"
        for axis, unit in ((x, units.x), (y, units.y))
    )
    yield f"Better is {' and '.join(wishes)}. Grey: dominated, even with intervals at their best."
    limits = [
        f"{unit.words} {unit.format(limit)}"
        for axis, unit in ((x, units.x), (y, units.y))
        for limit in axis.limits
    ]
    if limits:
        yield f"Dashed: constraint at {', '.join(limits)}."
    excluded = sum(one.excluded for one in candidates)
    if excluded:
        yield f"Crosses: {excluded:,} excluded by a constraint."


def _description(
    frontier: Sequence[Candidate], candidates: Sequence[Candidate], units: _Units
) -> str:
    names = "; ".join(
        f"{plain(one.name)} ({units.x.format(one.x.value)}, {units.y.format(one.y.value)})"
        for one in frontier[:10]
    )
    more = f" and {len(frontier) - 10} more" if len(frontier) > 10 else ""
    return (
        f"Scatter of {plural(len(candidates), 'point')}, {units.x.words} against "
        f"{units.y.words}. On the frontier: {names}{more}."
    )

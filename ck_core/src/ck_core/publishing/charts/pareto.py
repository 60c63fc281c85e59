"""Pareto: two objectives, the frontier, and what is dominated in grey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from ck_core.publishing.charts.pareto_key import Mark, Span, key_panel, numerals
from ck_core.publishing.charts.thinning import thin, thinned_note
from ck_core.publishing.charts.values import Axis, Candidate, Estimate, is_drawable
from ck_core.publishing.texts import plain
from ck_core.publishing.units import Quantity, quantity

HEIGHT = 380
_WIDE = 30
"""So many times as large as the smallest value is too much for a straight axis."""
_TIP = ("variant", "x", "y", "choices", "standing")


class _Units(NamedTuple):
    x: Quantity
    y: Quantity


@dataclass(frozen=True, kw_only=True)
class _View:
    """What is drawn.

    Attributes:
        candidates: all with numbers that can be drawn; ``shown`` are those that get a mark.
        frontier: from left to right.
        corners: those of the frontier that the line goes through; only their intervals keep
            the others.
    """

    candidates: Sequence[Candidate]
    shown: Sequence[Candidate]
    frontier: Sequence[Candidate]
    corners: Sequence[Candidate]
    x: Axis
    y: Axis
    units: _Units


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
    view = _view(candidates, x, y)
    total = len(candidates) if total is None else total
    drawable = total - (len(candidates) - len(view.candidates))
    return specification(
        title=f"{len(view.frontier):,} of {plural(total, 'point')} on the Pareto frontier",
        notes=[
            *_notes(view),
            *_left_out(len(candidates) - len(view.candidates)),
            *thinned_note(len(view.shown), drawable, "points"),
            *notes,
        ],
        description=_description(view),
        content=_content(view),
    )


def _view(candidates: Sequence[Candidate], x: Axis, y: Axis) -> _View:
    known = [one for one in candidates if is_drawable(one.x.value) and is_drawable(one.y.value)]
    frontier = sorted((one for one in known if one.kept), key=lambda one: one.x.value)
    return _View(
        candidates=known,
        shown=thin(known, lambda one: one.kept),
        frontier=frontier,
        corners=_corners(frontier, x, y),
        x=x,
        y=y,
        units=_Units(
            quantity(x.metric, (one.x.value for one in known)),
            quantity(y.metric, (one.y.value for one in known)),
        ),
    )


def _corners(frontier: Sequence[Candidate], x: Axis, y: Axis) -> list[Candidate]:
    """Without those that another beats in both values, and only their interval keeps."""

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


def _content(view: _View) -> Specification:
    marks = [_mark(one, view.units) for one in view.frontier]
    spans = _span(view, "x"), _span(view, "y")
    layers = [
        *_limits(view),
        *_others(),
        *_frontier(view),
        numerals(marks, spans, (WIDTH, HEIGHT)),
    ]
    return {
        "datasets": _datasets(view),
        "vconcat": [_panel(layers, view.units, spans), key_panel(marks, WIDTH)],
        "spacing": 12,
    }


def _mark(one: Candidate, units: _Units) -> Mark:
    return Mark(
        name=one.name,
        x=units.x.shown(one.x.value),
        y=units.y.shown(one.y.value),
        values=f"{units.x.format(one.x.value)}, {units.y.format(one.y.value)}",
    )


def _panel(
    layers: Sequence[Specification], units: _Units, spans: tuple[Span, Span]
) -> Specification:
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "encoding": {
            "x": _axis("across", units.x, spans[0]),
            "y": _axis("up", units.y, spans[1]),
        },
        "layer": [*layers],
    }


def _axis(field: str, unit: Quantity, span: Span) -> Specification:
    title = f"{unit.title}, logarithmic" if span.logarithmic else unit.title
    return number_axis(field, title, span.ends, logarithmic=span.logarithmic)


def _span(view: _View, side: str) -> Span:
    """Logarithmic where a straight axis would press most points into a corner."""
    axis: Axis = getattr(view, side)
    unit: Quantity = getattr(view.units, side)
    estimates: Iterator[Estimate] = (getattr(one, side) for one in view.shown)
    ends = [end for one in estimates for end in one.ends]
    limits = filter(is_drawable, axis.limits)
    values = [unit.shown(one) for one in [*ends, *limits]]
    logarithmic = bool(values) and min(values) > 0 and max(values) > _WIDE * min(values)
    shown = padded(values, before=0.08, after=0.08, logarithmic=logarithmic)
    return Span(ends=shown, logarithmic=logarithmic)


def _datasets(view: _View) -> dict[str, list[Row]]:
    """Each is drawn by several marks, but held once."""
    groups: dict[str, list[Row]] = {"frontier": [], "hollow": [], "excluded": [], "dominated": []}
    corners = {id(one) for one in view.corners}
    for one in view.shown:
        group = "excluded" if one.excluded else "dominated"
        if one.kept:
            group = "frontier" if id(one) in corners else "hollow"
        groups[group].append(_row(one, view.units, _STANDINGS[group]))
    return groups


_STANDINGS = {
    "frontier": "on the frontier",
    "hollow": "on the frontier, kept by its interval",
    "excluded": "excluded by a constraint",
    "dominated": "dominated",
}


def _row(one: Candidate, units: _Units, standing: str = "") -> Row:
    (left, right), (bottom, top) = one.x.ends, one.y.ends
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
        "standing": standing,
    }


def _value_text(one: Estimate, unit: Quantity) -> str:
    text = f"{unit.words} {unit.format(one.value)}"
    return f"{text} ({interval_text(one, unit)})" if one.has_interval else text


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


def _frontier(view: _View) -> Iterator[Specification]:
    yield {
        "data": rows(_row(one, view.units) for one in view.corners),
        "mark": {
            "type": "line",
            "style": "accent",
            "interpolate": "step-before" if view.x.maximize else "step-after",
            "opacity": 0.6,
        },
    }
    for dataset, filled in (("hollow", False), ("frontier", True)):
        yield from _whiskers(dataset, "accent", 0.9)
        yield {
            "data": {"name": dataset},
            "mark": {
                "type": "point",
                "filled": filled,
                "style": "accent",
                "size": 70,
                "opacity": 1,
            },
            "encoding": {"tooltip": tooltip(*_TIP)},
        }


def _limits(view: _View) -> Iterator[Specification]:
    for side, axis, unit in _sides(view):
        for limit in filter(is_drawable, axis.limits):
            yield line_at(side, unit.shown(limit), style="warning", strokeDash=[6, 4])


def _sides(view: _View) -> tuple[tuple[str, Axis, Quantity], ...]:
    return ("x", view.x, view.units.x), ("y", view.y, view.units.y)


def _notes(view: _View) -> Iterator[str]:
    wishes = (
        f"{'more' if axis.maximize else 'less'} {unit.words}" for _, axis, unit in _sides(view)
    )
    yield f"Better is {' and '.join(wishes)}. Grey: dominated, even with intervals at their best."
    if len(view.corners) < len(view.frontier):
        yield "Hollow: beaten in both values, and kept by its interval; the line leaves it out."
    limits = [
        f"{unit.words} {unit.format(limit)}"
        for _, axis, unit in _sides(view)
        for limit in axis.limits
    ]
    if limits:
        yield f"Dashed: constraint at {', '.join(limits)}."
    excluded = sum(one.excluded for one in view.candidates)
    if excluded:
        yield f"Crosses: {excluded:,} excluded by a constraint."


def _left_out(count: int) -> Iterator[str]:
    if count:
        yield f"Left out: {plural(count, 'point')} without two numbers that can be drawn."


def _description(view: _View) -> str:
    units, frontier = view.units, view.frontier
    names = "; ".join(
        f"{plain(one.name)} ({units.x.format(one.x.value)}, {units.y.format(one.y.value)})"
        for one in frontier[:10]
    )
    more = f" and {len(frontier) - 10} more" if len(frontier) > 10 else ""
    return (
        f"Scatter of {plural(len(view.candidates), 'point')}, {units.x.words} against "
        f"{units.y.words}. On the frontier: {names}{more}."
    )

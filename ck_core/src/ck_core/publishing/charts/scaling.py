"""Scaling: speed-up and efficiency against the number of workers, beside what would be ideal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ck_core.analysis.scaling import Range, Scaling
from ck_core.publishing.charts.layout import (
    LABEL_LENGTH,
    WIDTH,
    Row,
    Specification,
    padded,
    plural,
    rows,
    specification,
    tooltip,
)
from ck_core.publishing.charts.values import is_drawable
from ck_core.publishing.texts import labels, plain

_HEIGHT = 280
_BETWEEN = 56
_SIGN = "\N{MULTIPLICATION SIGN}"
_MOST_TICKS = 8


@dataclass(frozen=True, kw_only=True)
class ScalingPoint:
    """Some workers on a line of the picture.

    Attributes:
        line: its name; the same for all of a line.
        serial: the serial fraction as text; may be empty.
    """

    line: str
    workers: int
    growth: float
    speedup: Range
    efficiency: Range
    serial: str = ""


def scaling(
    points: Sequence[ScalingPoint], kind: Scaling, worker: str, *, notes: Sequence[str] = ()
) -> Specification:
    """Both against workers, on logarithmic scales, with a dashed line where all were of use.

    Args:
        worker: what is counted: ``task``, ``thread``, ``CPU``.
    """
    usable = [one for one in points if is_drawable(one.speedup.value) and one.speedup.low > 0]
    names = [*dict.fromkeys(one.line for one in usable)]
    shown = dict(zip(names, labels(names, LABEL_LENGTH), strict=True))
    table = [_row(one, shown[one.line]) for one in usable]
    return specification(
        title=_title(usable, kind, worker),
        notes=[*_notes(kind), *notes],
        description=_description(usable, kind, worker),
        content={
            "hconcat": [
                _panel(_speedups(usable, kind), usable, table, worker),
                _panel(_efficiencies(usable), usable, table, worker),
            ],
            "spacing": _BETWEEN,
        },
    )


@dataclass(frozen=True, kw_only=True)
class _Measure:
    """One panel. Attributes: ideal: where all workers are of use, by their number."""

    field: str
    axis: Specification
    ideal: Sequence[tuple[int, float]]


def _speedups(points: Sequence[ScalingPoint], kind: Scaling) -> _Measure:
    ends = [end for one in points for end in (one.speedup.low, one.speedup.high, one.growth)]
    span = padded(ends or [1.0], before=0.12, after=0.12, logarithmic=True)
    title = "speed-up" if kind is Scaling.STRONG else "scaled speed-up"
    axis = {
        **_axis(f"{title} ({_SIGN})"),
        "field": "speedup",
        "scale": {"type": "log", "base": 2, "domain": [*span], "nice": False},
    }
    axis["axis"] = {**axis["axis"], "values": _powers_of_two(*span), "format": ".3~g"}
    return _Measure(
        field="speedup",
        axis=axis,
        ideal=sorted({(one.workers, one.growth) for one in points}),
    )


def _efficiencies(points: Sequence[ScalingPoint]) -> _Measure:
    most = max([1.0, *(one.efficiency.high for one in points)])
    axis = {
        **_axis("efficiency"),
        "field": "efficiency",
        "scale": {"domain": [0.0, most * 1.08], "nice": False},
    }
    axis["axis"] = {**axis["axis"], "format": ".0%"}
    return _Measure(
        field="efficiency", axis=axis, ideal=[(n, 1.0) for n in _numbers_of_workers(points)]
    )


def _axis(title: str) -> Specification:
    return {
        "type": "quantitative",
        "title": title,
        "axis": {"tickCount": 6, "domain": False, "ticks": False},
    }


def _panel(
    measure: _Measure, points: Sequence[ScalingPoint], table: Sequence[Row], worker: str
) -> Specification:
    return {
        "width": (WIDTH - _BETWEEN) // 2,
        "height": _HEIGHT,
        "encoding": {"x": _workers_axis(points, worker)},
        "layer": [_ideal(measure), *_lines(measure, table, len({one.line for one in points}))],
    }


def _workers_axis(points: Sequence[ScalingPoint], worker: str) -> Specification:
    numbers = _numbers_of_workers(points)
    span = padded(numbers or [1.0], before=0.08, after=0.08, logarithmic=True)
    few = len(numbers) <= _MOST_TICKS
    return {
        "field": "workers",
        "type": "quantitative",
        "title": f"{worker}s",
        "scale": {"type": "log", "base": 2, "domain": [*span], "nice": False},
        "axis": {
            "domain": False,
            "ticks": False,
            "format": "d",
            "values": numbers if few else _powers_of_two(*span),
        },
    }


def _numbers_of_workers(points: Sequence[ScalingPoint]) -> list[int]:
    return sorted({one.workers for one in points})


def _powers_of_two(low: float, high: float) -> list[float]:
    return [2.0**power for power in range(-20, 21) if low <= 2.0**power <= high]


def _ideal(measure: _Measure) -> Specification:
    return {
        "data": rows({"workers": n, measure.field: value} for n, value in measure.ideal),
        "mark": {"type": "line", "style": "ink", "strokeDash": [4, 3], "opacity": 0.7},
        "encoding": {"y": measure.axis},
    }


def _lines(measure: _Measure, table: Sequence[Row], count: int) -> Iterator[Specification]:
    """A line with dots, and intervals; a legend where there are several."""
    colour = {"field": "line", "type": "nominal", "title": None, "sort": None}
    colours: Specification = {"color": colour} if count > 1 else {}
    style = {} if count > 1 else {"style": "accent"}
    y, field = measure.axis, measure.field
    tip = tooltip("variant", "number", "times", "share", "serial")
    interval = {"y": {**y, "field": f"{field}_low"}, "y2": {"field": f"{field}_high"}}
    yield {
        "data": rows(table),
        "mark": {"type": "line", "strokeWidth": 2, **style},
        "encoding": {"y": y, **colours},
    }
    yield {
        "data": rows(table),
        "mark": {"type": "rule", "strokeWidth": 2, **style},
        "encoding": {**interval, **colours},
    }
    yield {
        "data": rows(table),
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, **style},
        "encoding": {"y": y, "tooltip": tip, **colours},
    }


def _row(one: ScalingPoint, label: str) -> Row:
    return {
        "line": label,
        "workers": one.workers,
        **_ends("speedup", one.speedup),
        **_ends("efficiency", one.efficiency),
        "variant": plain(one.line),
        "number": str(one.workers),
        "times": f"{one.speedup.value:.3g}{_SIGN}",
        "share": f"{one.efficiency.value:.0%}",
        "serial": plain(one.serial or "none"),
    }


def _ends(name: str, found: Range) -> Row:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _title(points: Sequence[ScalingPoint], kind: Scaling, worker: str) -> str:
    if not points:
        return f"{kind.value.capitalize()} scaling: nothing could be compared"
    most = max(points, key=lambda one: (one.workers, one.speedup.value))
    said = f"{most.speedup.value:.3g}{_SIGN} on {plural(most.workers, worker)}"
    return f"{kind.value.capitalize()} scaling: {said}, efficiency {most.efficiency.value:.0%}"


def _notes(kind: Scaling) -> Iterator[str]:
    more = "The same work for all" if kind is Scaling.STRONG else "Each has as much work as one"
    yield f"{more}. Dashed: if every worker were of full use. Upright lines are intervals."


def _description(points: Sequence[ScalingPoint], kind: Scaling, worker: str) -> str:
    title = _title(points, kind, worker)
    told = (
        f"{plain(one.line)} on {plural(one.workers, worker)} {one.speedup.value:.3g} times"
        for one in points
    )
    return f"{title}. {'; '.join(told)}."

"""Comparison: one bar a variant, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.publishing.charts.layout import (
    LABEL_LENGTH,
    STEP,
    WIDTH,
    Row,
    Specification,
    line_at,
    names_axis,
    number_axis,
    padded,
    plural,
    rows,
    specification,
    tooltip,
    values_column,
)
from ck_core.publishing.charts.values import Estimate
from ck_core.publishing.texts import labels, plain, shorten
from ck_core.publishing.units import Quantity, quantity

_CENT = 100


def comparison(
    estimates: Sequence[Estimate],
    metric: str,
    *,
    baseline: str | None = None,
    logarithmic: bool = False,
    maximize: bool = False,
    notes: Sequence[str] = (),
) -> Specification:
    """Medians side by side.

    On a logarithmic axis bars would have no foot to stand on: dots instead.

    Args:
        baseline: name of the variant the others are set beside.
        logarithmic: where all values are positive; else it is a linear axis.
        notes: further sentences for below the title.
    """
    unit = quantity(metric, (one.value for one in estimates))
    logarithmic = logarithmic and all(min(_ends(one)) > 0 for one in estimates)
    first = next((one for one in estimates if one.name == baseline), None)
    names = labels([one.name for one in estimates], LABEL_LENGTH)
    table = [_row(one, label, unit, first) for one, label in zip(estimates, names, strict=True)]
    layers = [*_marks(logarithmic=logarithmic), *_baseline_line(first, unit)]
    ends = [unit.shown(end) for one in estimates for end in _ends(one)]
    span = padded(ends if logarithmic else [0.0, *ends], before=0.0, after=0.02)
    if logarithmic:
        span = padded(ends, before=0.06, after=0.06, logarithmic=True)
    return specification(
        title=f"{unit.heading} of {plural(len(estimates), 'variant')}",
        notes=[*_notes(first, maximize=maximize), *notes],
        description=_description(estimates, unit, maximize=maximize),
        content={
            "data": rows(table),
            "width": WIDTH,
            "height": STEP * max(1, len(estimates)),
            "encoding": {
                "y": names_axis(names),
                "x": number_axis("value", unit.title, span, logarithmic=logarithmic),
            },
            "layer": layers,
        },
    )


def _ends(one: Estimate) -> tuple[float, ...]:
    return tuple(end for end in (one.low, one.value, one.high) if end is not None)


def _row(one: Estimate, label: str, unit: Quantity, first: Estimate | None) -> Row:
    text = unit.format(one.value)
    return {
        "label": label,
        "value": unit.shown(one.value),
        "low": unit.shown(min(_ends(one))),
        "high": unit.shown(max(_ends(one))),
        "foot": 0,
        "text": f"{text}{_beside(one, first)}",
        "baseline": one is first,
        "variant": plain(one.name),
        "median": text,
        "interval": interval_text(one, unit),
        "choices": plain(one.details),
    }


def _beside(one: Estimate, first: Estimate | None) -> str:
    if first is None or one is first or first.value <= 0:
        return ""
    change = round((one.value / first.value - 1) * _CENT, 1)
    return f" ({change:+.1f} %)".replace("-", "\N{MINUS SIGN}") if change else " (±0 %)"


def interval_text(one: Estimate, unit: Quantity) -> str:
    """For tooltips and tables."""
    if one.low is None or one.high is None:
        return "none"
    return f"{unit.format_number(one.low)} to {unit.format(one.high)}"


def _marks(*, logarithmic: bool) -> list[Specification]:
    tip = tooltip("variant", "median", "interval", "choices")
    bar: Specification = {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 1}}
    if logarithmic:
        bar = {"type": "point", "filled": True, "size": 90, "opacity": 1}
    encoding = {"tooltip": tip} if logarithmic else {"tooltip": tip, "x2": {"field": "foot"}}
    return [
        {
            "transform": [{"filter": f"{'' if is_baseline else '!'}datum.baseline"}],
            "mark": {**bar, "style": "faint" if is_baseline else "accent"},
            "encoding": encoding,
        }
        for is_baseline in (False, True)
    ] + [
        {
            "mark": {"type": "rule", "style": "ink", "strokeWidth": 1.5},
            "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "tooltip": tip},
        },
        values_column(),
    ]


def _baseline_line(first: Estimate | None, unit: Quantity) -> list[Specification]:
    if first is None:
        return []
    return [line_at("x", unit.shown(first.value), strokeDash=[4, 3])]


def _notes(first: Estimate | None, *, maximize: bool) -> list[str]:
    found = [f"Medians with their intervals; {'more' if maximize else 'less'} is better."]
    if first is not None:
        found.append(f"Grey, dashed line: the baseline, {shorten(plain(first.name), 60)}.")
    return found


def _description(estimates: Sequence[Estimate], unit: Quantity, *, maximize: bool) -> str:
    if not estimates:
        return f"No {unit.words} was measured."
    ordered = sorted(estimates, key=lambda one: one.value, reverse=maximize)
    best, worst = ordered[0], ordered[-1]
    return (
        f"Bars of the {unit.words} of {plural(len(estimates), 'variant')}. "
        f"The best is {plain(best.name)} with {unit.format(best.value)}, "
        f"the worst {plain(worst.name)} with {unit.format(worst.value)}."
    )

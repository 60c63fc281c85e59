"""Comparison: one bar a variant, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.publishing.charts.layout import (
    LABEL_LENGTH,
    STEP,
    WIDTH,
    Row,
    Specification,
    left_out,
    line_at,
    longest,
    names_axis,
    number_axis,
    padded,
    plural,
    rows,
    specification,
    tooltip,
    values_column,
)
from ck_core.publishing.charts.values import Estimate, is_drawable
from ck_core.publishing.texts import labels, plain, shorten
from ck_core.publishing.units import Quantity, quantity

_CENT = 100
_MANY_TIMES = 20.0
"""From here on, factors are read more easily than per cents."""


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
    known = [one for one in estimates if is_drawable(one.value)]
    unit = quantity(metric, (one.value for one in known))
    logarithmic = logarithmic and bool(known) and all(one.ends[0] > 0 for one in known)
    first = next((one for one in known if one.name == baseline), None)
    names = labels([one.name for one in known], LABEL_LENGTH)
    table = [_row(one, label, unit, first) for one, label in zip(known, names, strict=True)]
    missing = left_out((one.value for one in estimates), "variant")
    return specification(
        title=f"{unit.heading} of {plural(len(known), 'variant')}",
        notes=[*_notes(known, first, maximize=maximize), *missing, *notes],
        description=_description(known, unit, maximize=maximize),
        beside=[longest(names), longest(row["text"] for row in table)],
        content={
            "data": rows(table),
            "width": WIDTH,
            "height": STEP * max(1, len(known)),
            "encoding": {
                "y": names_axis(names),
                "x": _axis(known, unit, logarithmic=logarithmic),
            },
            "layer": [*_marks(logarithmic=logarithmic), *_baseline_line(first, unit)],
        },
    )


def _axis(estimates: Sequence[Estimate], unit: Quantity, *, logarithmic: bool) -> Specification:
    ends = [unit.shown(end) for one in estimates for end in one.ends]
    if logarithmic:
        span = padded(ends, before=0.06, after=0.06, logarithmic=True)
    else:
        span = padded([0.0, *ends], before=0.0, after=0.02)
    return number_axis("value", unit.title, span, logarithmic=logarithmic)


def _row(one: Estimate, label: str, unit: Quantity, first: Estimate | None) -> Row:
    text = unit.format(one.value)
    return {
        "label": label,
        "value": unit.shown(one.value),
        "low": unit.shown(one.ends[0]),
        "high": unit.shown(one.ends[1]),
        "foot": 0,
        "text": f"{text}{_beside(one, first)}",
        "baseline": one is first,
        "variant": plain(one.name),
        "median": text,
        "interval": interval_text(one, unit),
        "choices": plain(one.details),
    }


def _beside(one: Estimate, first: Estimate | None) -> str:
    if first is None or one is first or (one.share is None and first.value <= 0):
        return ""
    share = one.value / first.value if one.share is None else one.share
    if share >= _MANY_TIMES:
        return f" ({share:.3g} times)"
    change = round((share - 1) * _CENT, 1)
    return f" ({change:+.1f} %)".replace("-", "\N{MINUS SIGN}") if change else " (±0 %)"


def interval_text(one: Estimate, unit: Quantity) -> str:
    """For tooltips and tables."""
    if not one.has_interval:
        return "none"
    low, high = one.ends
    return f"{unit.format_number(low)} to {unit.format(high)}"


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
        _interval("ground", 4.5, tip),
        _interval("ink", 1.5, tip),
        values_column(),
    ]


def _interval(style: str, width: float, tip: list[Specification]) -> Specification:
    """A line; drawn on a wider one of the ground's colour it is seen on a bar, too."""
    return {
        "mark": {"type": "rule", "style": style, "strokeWidth": width},
        "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "tooltip": tip},
    }


def _baseline_line(first: Estimate | None, unit: Quantity) -> list[Specification]:
    if first is None:
        return []
    return [line_at("x", unit.shown(first.value), strokeDash=[4, 3])]


def _notes(estimates: Sequence[Estimate], first: Estimate | None, *, maximize: bool) -> list[str]:
    found = [f"Medians with their intervals; {'more' if maximize else 'less'} is better."]
    if first is not None:
        found.append(f"Grey, dashed line: the baseline, {shorten(plain(first.name), 60)}.")
        if any(one.share is not None for one in estimates):
            found.append(
                "In brackets: the change over it, of the repetitions (pair by pair where they "
                "ran in turn), which need not be that of the medians."
            )
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

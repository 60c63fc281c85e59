"""Speed-up: how many times faster each variant is than a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from statistics import fmean

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

_SIGN = "\N{MULTIPLICATION SIGN}"
_WIDE = 6.0
"""From this ratio between the largest and the smallest on, the axis is logarithmic."""


def speedup(
    estimates: Sequence[Estimate], baseline: str, *, notes: Sequence[str] = ()
) -> Specification:
    """Ratios over the baseline (above 1 is faster) with intervals, and their geometric mean.

    Args:
        estimates: positive ratios; those that are not positive are left out.
    """
    usable = [one for one in estimates if min(_ends(one)) > 0]
    mean = exp(fmean(log(one.value) for one in usable)) if usable else 1.0
    ends = [1.0, *(end for one in usable for end in _ends(one))]
    logarithmic = max(ends) / min(ends) > _WIDE
    names = labels([one.name for one in usable], LABEL_LENGTH)
    table = [_row(one, label) for one, label in zip(usable, names, strict=True)]
    span = padded(ends, before=0.06, after=0.06, logarithmic=logarithmic)
    ticks = {"values": _powers_of_two(*span)} if logarithmic else {}
    return specification(
        title=f"Speed-up over {shorten(plain(baseline), 50)}",
        notes=[
            "Right of 1 is faster; lines are intervals.",
            f"Dashed: the geometric mean, {_times(mean)}.",
            *notes,
        ],
        description=_description(usable, baseline, mean),
        content={
            "data": rows(table),
            "width": WIDTH,
            "height": STEP * max(1, len(usable)),
            "encoding": {
                "y": names_axis(names),
                "x": number_axis(
                    "value", f"speed-up ({_SIGN})", span, logarithmic=logarithmic, **ticks
                ),
            },
            "layer": _layers(mean),
        },
    )


def _ends(one: Estimate) -> tuple[float, ...]:
    return tuple(end for end in (one.low, one.value, one.high) if end is not None)


def _row(one: Estimate, label: str) -> Row:
    low, high = min(_ends(one)), max(_ends(one))
    return {
        "label": label,
        "value": one.value,
        "low": low,
        "high": high,
        "slower": high < 1,
        "unsure": low <= 1 <= high,
        "variant": plain(one.name),
        "text": _times(one.value),
        "interval": "none" if one.low is None else f"{_times(low)} to {_times(high)}",
        "choices": plain(one.details),
    }


def _times(ratio: float) -> str:
    return f"{ratio:.2f}{_SIGN}" if 0.1 <= ratio < 10 else f"{ratio:.3g}{_SIGN}"


def _powers_of_two(low: float, high: float) -> list[float]:
    return [2.0**power for power in range(-20, 21) if low <= 2.0**power <= high]


def _layers(mean: float) -> list[Specification]:
    tip = tooltip("variant", "text", "interval", "choices")
    styles = {"datum.unsure": "faint", "datum.slower": "warning"}
    groups = {**styles, "!datum.unsure && !datum.slower": "good"}
    return [
        line_at("x", 1.0),
        line_at("x", mean, strokeDash=[4, 3]),
        *(
            layer
            for test, style in groups.items()
            for layer in _dots_and_intervals(test, style, tip)
        ),
        values_column(),
    ]


def _dots_and_intervals(test: str, style: str, tip: list[Specification]) -> list[Specification]:
    return [
        {
            "transform": [{"filter": test}],
            "mark": {"type": "rule", "style": style, "strokeWidth": 2},
            "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "tooltip": tip},
        },
        {
            "transform": [{"filter": test}],
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "style": style},
            "encoding": {"tooltip": tip},
        },
    ]


def _description(estimates: Sequence[Estimate], baseline: str, mean: float) -> str:
    if not estimates:
        return "No speed-up is known."
    best = max(estimates, key=lambda one: one.value)
    return (
        f"Speed-up of {plural(len(estimates), 'variant')} over {plain(baseline)}: "
        f"the best is {plain(best.name)}, {best.value:.3g} times as fast; "
        f"the geometric mean is {mean:.3g}."
    )

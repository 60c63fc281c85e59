"""Speed-up: how many times faster each variant is than a baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, log
from statistics import fmean

from ck_core.analysis.comparison import Verdict
from ck_core.publishing.charts.layout import (
    LABEL_LENGTH,
    STEP,
    WIDTH,
    Row,
    Specification,
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
from ck_core.publishing.charts.values import Ratio, is_drawable
from ck_core.publishing.texts import labels, plain, shorten

_SIGN = "\N{MULTIPLICATION SIGN}"
_WIDE = 6.0
"""From this ratio between the largest and the smallest on, the axis is logarithmic."""
_STYLES = {Verdict.UNDECIDED: "faint", Verdict.SLOWER: "warning", Verdict.FASTER: "good"}


def speedup(ratios: Sequence[Ratio], baseline: str, *, notes: Sequence[str] = ()) -> Specification:
    """Ratios over the baseline (above 1 is faster) with intervals, and their geometric mean.

    Args:
        ratios: all over one baseline, for the same work; those that are not positive are left
            out.
    """
    usable = [one for one in ratios if is_drawable(one.value) and one.ends[0] > 0]
    mean = exp(fmean(log(one.value) for one in usable)) if len(usable) > 1 else None
    names = labels([one.name for one in usable], LABEL_LENGTH)
    table = [_row(one, label) for one, label in zip(usable, names, strict=True)]
    return specification(
        title=f"Speed-up over {shorten(plain(baseline), 50)}",
        notes=[*_notes(usable, mean, len(ratios)), *notes],
        description=_description(usable, baseline, mean),
        beside=[longest(names), longest(row["text"] for row in table)],
        content={
            "data": rows(table),
            "width": WIDTH,
            "height": STEP * max(1, len(usable)),
            "encoding": {"y": names_axis(names), "x": _axis(usable)},
            "layer": _layers(mean),
        },
    )


def _axis(ratios: Sequence[Ratio]) -> Specification:
    ends = [1.0, *(end for one in ratios for end in one.ends)]
    logarithmic = max(ends) / min(ends) > _WIDE
    span = padded(ends, before=0.06, after=0.06, logarithmic=logarithmic)
    ticks = {"values": _powers_of_two(*span)} if logarithmic else {}
    return number_axis("value", f"speed-up ({_SIGN})", span, logarithmic=logarithmic, **ticks)


def _row(one: Ratio, label: str) -> Row:
    low, high = one.ends
    doubt = one.doubt or one.verdict.value
    said = f", {doubt}" if one.verdict is Verdict.UNDECIDED else ""
    return {
        "label": label,
        "value": one.value,
        "low": low,
        "high": high,
        "verdict": one.verdict.value,
        "variant": plain(one.name),
        "text": f"{_times(one.value)}{said}",
        "interval": f"{_times(low)} to {_times(high)}" if one.has_interval else "none",
        "standing": doubt,
        "choices": plain(one.details),
    }


def _times(ratio: float) -> str:
    return f"{ratio:.2f}{_SIGN}" if 0.1 <= ratio < 10 else f"{ratio:.3g}{_SIGN}"


def _powers_of_two(low: float, high: float) -> list[float]:
    return [2.0**power for power in range(-20, 21) if low <= 2.0**power <= high]


def _layers(mean: float | None) -> list[Specification]:
    tip = tooltip("variant", "text", "interval", "standing", "choices")
    return [
        line_at("x", 1.0),
        *([] if mean is None else [line_at("x", mean, strokeDash=[4, 3])]),
        *(layer for verdict in _STYLES for layer in _dots_and_intervals(verdict, tip)),
        values_column(),
    ]


def _dots_and_intervals(verdict: Verdict, tip: list[Specification]) -> list[Specification]:
    chosen = {"filter": {"field": "verdict", "equal": verdict.value}}
    style = _STYLES[verdict]
    return [
        {
            "transform": [chosen],
            "mark": {"type": "rule", "style": style, "strokeWidth": 2},
            "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "tooltip": tip},
        },
        {
            "transform": [chosen],
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "style": style},
            "encoding": {"tooltip": tip},
        },
    ]


def _notes(usable: Sequence[Ratio], mean: float | None, count: int) -> Iterator[str]:
    yield "Right of 1 is faster; lines are intervals."
    if any(one.verdict is Verdict.UNDECIDED for one in usable):
        yield "Grey: undecided, as ckp compare says it."
    if any(one.doubt for one in usable):
        yield "Of too few values the line is their range, and no 95 % interval."
    if mean is not None:
        yield f"Dashed: the geometric mean of these {len(usable)} ratios, {_times(mean)}."
    if len(usable) < count:
        yield f"Left out: {plural(count - len(usable), 'variant')} without a positive ratio."


def _description(ratios: Sequence[Ratio], baseline: str, mean: float | None) -> str:
    if not ratios:
        return "No speed-up is known."
    best = max(ratios, key=lambda one: one.value)
    ending = "" if mean is None else f"; the geometric mean is {mean:.3g}"
    return (
        f"Speed-up of {plural(len(ratios), 'variant')} over {plain(baseline)}: "
        f"the best is {plain(best.name)}, {best.value:.3g} times as fast{ending}."
    )

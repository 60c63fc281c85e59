"""Distribution: every repetition as a dot, its quartiles, and all in the order they ran."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median, quantiles

from ck_core.publishing.charts.layout import (
    LABEL_LENGTH,
    STEP,
    WIDTH,
    Row,
    Specification,
    longest,
    names_axis,
    number_axis,
    padded,
    plural,
    rows,
    specification,
    tooltip,
)
from ck_core.publishing.charts.run_order import run_order, uncoloured_note
from ck_core.publishing.charts.thinning import thin, thinned_note
from ck_core.publishing.charts.values import Sample, is_drawable
from ck_core.publishing.texts import labels, plain
from ck_core.publishing.units import Quantity, quantity

_STEP = 36
_MANY = 15
_GOLDEN = 0.618034
_SPREAD = 0.7
UNEXPLAINED = "nothing that was counted explains it"


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One repetition; ``place`` is where it stands in the order of all runs."""

    sample: int
    index: int
    value: float
    place: float
    outlier: str | None


def distribution(
    samples: Sequence[Sample], metric: str, *, notes: Sequence[str] = ()
) -> Specification:
    """Repetitions of some variants, and below them their run order.

    Values that are no numbers are left out, and counted in a note.
    """
    every = list(_dots(samples))
    dots = thin(every, lambda one: one.outlier is not None)
    unit = quantity(metric, (one.value for one in every))
    names = labels([one.name for one in samples], LABEL_LENGTH)
    upper = _strips(samples, dots, names, unit)
    lower = run_order(dots, names, [_median(one) for one in samples], unit)
    return specification(
        title=f"{unit.heading} of every repetition",
        notes=[
            "Dots: repetitions. Box: the middle half, with the median.",
            *_apart(samples, every),
            *uncoloured_note(len(samples)),
            *thinned_note(len(dots), len(every), "repetitions"),
            *notes,
        ],
        description=_description(samples, unit),
        beside=[longest(names)],
        content={"vconcat": [upper, lower], "spacing": 30},
    )


def in_run_order(
    samples: Sequence[Sample], metric: str, *, notes: Sequence[str] = ()
) -> Specification:
    """Only the order of all runs: whether the machine drifted while it measured."""
    every = list(_dots(samples))
    dots = thin(every, lambda one: one.outlier is not None)
    unit = quantity(metric, (one.value for one in every))
    names = labels([one.name for one in samples], LABEL_LENGTH)
    return specification(
        title=f"{unit.heading} in the order of the runs",
        notes=[
            "Dots: repetitions of all variants, as they followed each other.",
            *_apart(samples, every),
            *uncoloured_note(len(samples)),
            *thinned_note(len(dots), len(every), "runs"),
            *notes,
        ],
        description=_description(samples, unit),
        content=run_order(dots, names, [_median(one) for one in samples], unit),
    )


def _dots(samples: Sequence[Sample]) -> Iterator[Dot]:
    for number, sample in enumerate(samples):
        ordered = len(sample.order) == len(sample.values)
        for index, value in enumerate(sample.values):
            place = sample.order[index] if ordered else float(index)
            if is_drawable(value) and is_drawable(place):
                yield Dot(
                    sample=number,
                    index=index,
                    value=value,
                    place=place,
                    outlier=sample.outliers.get(index),
                )


def _known(sample: Sample) -> list[float]:
    return [one for one in sample.values if is_drawable(one)]


def _median(sample: Sample) -> float:
    return median(_known(sample) or [0.0])


def _strips(
    samples: Sequence[Sample], dots: Sequence[Dot], names: Sequence[str], unit: Quantity
) -> Specification:
    span = padded(unit.shown(one.value) for one in dots)
    box, middle = _boxes(samples, names, unit)
    return {
        "width": WIDTH,
        "height": (_STEP if len(samples) <= _MANY else STEP) * max(1, len(samples)),
        "encoding": {"y": names_axis(names), "x": number_axis("value", unit.title, span)},
        "layer": [box, *_points(samples, dots, names, unit), middle],
    }


def _boxes(
    samples: Sequence[Sample], names: Sequence[str], unit: Quantity
) -> Iterator[Specification]:
    table = [
        _box(sample, name, unit)
        for sample, name in zip(samples, names, strict=True)
        if _known(sample)
    ]
    tip = tooltip("variant", "median", "quartiles", "repetitions")
    yield {
        "data": rows(table),
        "mark": {"type": "bar", "style": "faint", "opacity": 0.32, "height": {"band": 1}},
        "encoding": {"x": {"field": "first"}, "x2": {"field": "third"}, "tooltip": tip},
    }
    yield {
        "data": rows(table),
        "mark": {"type": "tick", "style": "ink", "thickness": 2, "height": {"band": 1}},
        "encoding": {"x": {"field": "middle"}, "tooltip": tip},
    }


def _box(sample: Sample, name: str, unit: Quantity) -> Row:
    values = _known(sample)
    first, middle, third = (
        quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    )
    return {
        "label": name,
        "variant": plain(sample.name),
        "first": unit.shown(first),
        "middle": unit.shown(middle),
        "third": unit.shown(third),
        "median": unit.format(middle),
        "quartiles": f"{unit.format_number(first)} to {unit.format(third)}",
        "repetitions": str(len(values)),
    }


def _points(
    samples: Sequence[Sample], dots: Sequence[Dot], names: Sequence[str], unit: Quantity
) -> Iterator[Specification]:
    offset = {
        "field": "jitter",
        "type": "quantitative",
        "scale": {"domain": [-0.5, 0.5], "zero": False, "nice": False},
    }
    usual = [_dot_row(one, samples, names, unit) for one in dots if one.outlier is None]
    apart = [_dot_row(one, samples, names, unit) for one in dots if one.outlier is not None]
    crowded = len(usual) > 60 * max(1, len(samples))
    yield {
        "data": rows(usual),
        "mark": {
            "type": "circle",
            "style": "accent",
            "size": 14 if crowded else 26,
            "opacity": 0.45 if crowded else 0.75,
        },
        "encoding": {"yOffset": offset, "tooltip": tooltip("variant", "value", "repetition")},
    }
    yield {
        "data": rows(apart),
        "mark": {"type": "point", "shape": "diamond", "style": "warning", "size": 60},
        "encoding": {
            "yOffset": offset,
            "tooltip": tooltip("variant", "value", "repetition", "cause"),
        },
    }


def _dot_row(dot: Dot, samples: Sequence[Sample], names: Sequence[str], unit: Quantity) -> Row:
    spread = (dot.index * _GOLDEN) % 1 - 0.5
    return {
        "label": names[dot.sample],
        "variant": plain(samples[dot.sample].name),
        "value": unit.shown(dot.value),
        "jitter": round(spread * _SPREAD, 3),
        "repetition": f"{dot.index + 1} of {len(samples[dot.sample].values)}",
        "cause": plain(dot.outlier or UNEXPLAINED),
    }


def _apart(samples: Sequence[Sample], dots: Sequence[Dot]) -> Iterator[str]:
    if any(one.outlier is not None for one in dots):
        yield "Diamonds: outliers; their tooltip names the likely cause."
    every = [value for one in samples for value in one.values]
    if no_numbers := sum(not isfinite(one) for one in every):
        yield f"{plural(no_numbers, 'value')} that are no numbers are left out."
    if beyond := len(every) - no_numbers - len(dots):
        yield f"{plural(beyond, 'value')} or places beyond what can be drawn are left out."


def _description(samples: Sequence[Sample], unit: Quantity) -> str:
    count = sum(len(one.values) for one in samples)
    apart = sum(len(one.outliers) for one in samples)
    return (
        f"Two panels with {plural(count, 'repetition')} of {plural(len(samples), 'variant')}: "
        f"the {unit.words} of each, and how far it lay from its variant's median in the order "
        f"of the runs. {plural(apart, 'outlier')} marked."
    )

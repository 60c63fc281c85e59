"""Convergence: every trial of a tuning, and the best so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ck_core.publishing.charts.layout import (
    WIDTH,
    Row,
    Specification,
    number_axis,
    padded,
    plural,
    rows,
    specification,
    tooltip,
)
from ck_core.publishing.charts.thinning import thin, thinned_note
from ck_core.publishing.charts.values import ReferenceLine, Trial, is_drawable
from ck_core.publishing.texts import plain, shorten
from ck_core.publishing.units import Quantity, quantity

_HEIGHT = 300
_APART = 0.05


class _Numbered(NamedTuple):
    """A trial with its number, from 1; ``is_best``: it was better than all before."""

    number: int
    trial: Trial
    is_best: bool

    @property
    def value(self) -> float | None:
        return self.trial.value if is_drawable(self.trial.value) else None


def convergence(
    trials: Sequence[Trial],
    metric: str,
    *,
    references: Sequence[ReferenceLine] = (),
    maximize: bool = False,
    notes: Sequence[str] = (),
) -> Specification:
    """Trials in their order; failed ones are crosses at the top of the picture."""
    every = list(_numbered(trials, maximize=maximize))
    lines = [one for one in references if is_drawable(one.value)]
    values = [*(one.value for one in every if one.value is not None), *(r.value for r in lines)]
    unit = quantity(metric, values)
    span = padded(map(unit.shown, values), after=0.14)
    dots = thin(every, keep=lambda one: one.is_best)
    best = [one for one in every if one.is_best]
    return specification(
        title=_title(trials, best, unit),
        notes=[
            *_notes(every, lines, maximize=maximize),
            *thinned_note(len(dots), len(trials), "trials"),
            *notes,
        ],
        description=_description(trials, best, unit),
        content={
            "width": WIDTH,
            "height": _HEIGHT,
            "encoding": _axes(len(trials), unit, span),
            "layer": [
                *_reference_lines(lines, unit, span[1] - span[0]),
                _best_line(best, len(trials), unit),
                *_trials(dots, unit),
                _crosses(dots, span[1]),
            ],
        },
    )


def _numbered(trials: Sequence[Trial], *, maximize: bool) -> Iterator[_Numbered]:
    best: float | None = None
    for number, trial in enumerate(trials, start=1):
        value = trial.value if is_drawable(trial.value) else None
        is_best = value is not None and (
            best is None or (value > best if maximize else value < best)
        )
        best = value if is_best else best
        yield _Numbered(number, trial, is_best)


def _axes(count: int, unit: Quantity, span: tuple[float, float]) -> Specification:
    ends = (0.5, count + 0.5)
    return {
        "x": number_axis("trial", "trial", ends, grid=False, tickMinStep=1, format="d"),
        "y": number_axis("value", unit.title, span),
    }


def _trials(dots: Sequence[_Numbered], unit: Quantity) -> Iterator[Specification]:
    """Those that were the best so far stand out, on the line."""
    known = [one for one in dots if one.value is not None]
    for is_best, mark in (
        (False, {"style": "faint", "size": 36, "opacity": 0.8}),
        (True, {"style": "accent", "size": 70, "opacity": 1}),
    ):
        yield {
            "data": rows(_trial_row(one, unit) for one in known if one.is_best is is_best),
            "mark": {"type": "circle", **mark},
            "encoding": {"tooltip": tooltip("number", "result", "configuration")},
        }


def _trial_row(one: _Numbered, unit: Quantity) -> Row:
    value = one.value or 0.0
    return {
        "trial": one.number,
        "value": unit.shown(value),
        "number": str(one.number),
        "result": unit.format(value),
        "configuration": plain(one.trial.name),
    }


def _crosses(dots: Sequence[_Numbered], top: float) -> Specification:
    table: list[Row] = [
        {
            "trial": one.number,
            "value": top,
            "number": str(one.number),
            "failure": plain(one.trial.failure or "no value that can be drawn"),
            "configuration": plain(one.trial.name),
        }
        for one in dots
        if one.value is None
    ]
    return {
        "data": rows(table),
        "mark": {
            "type": "point",
            "shape": "M-1,-1L1,1M1,-1L-1,1",
            "style": "warning",
            "size": 30,
            "strokeWidth": 1.6,
            "opacity": 1,
            "yOffset": 6,
        },
        "encoding": {"tooltip": tooltip("number", "failure", "configuration")},
    }


def _best_line(best: Sequence[_Numbered], count: int, unit: Quantity) -> Specification:
    steps = [(one.number, one.value or 0.0) for one in best]
    ends = [*steps, (count, steps[-1][1])] if steps else []
    return {
        "data": rows({"trial": at, "value": unit.shown(value)} for at, value in ends),
        "mark": {
            "type": "line",
            "style": "accent",
            "interpolate": "step-after",
            "strokeWidth": 2.5,
            "opacity": 0.6,
        },
    }


def _reference_lines(
    references: Sequence[ReferenceLine], unit: Quantity, height: float
) -> Iterator[Specification]:
    table: list[Row] = [{"value": unit.shown(one.value)} for one in references]
    yield {
        "data": rows(table),
        "mark": {"type": "rule", "style": "ink", "strokeDash": [4, 3], "opacity": 0.7},
        "encoding": {"x": None},
    }
    yield {
        "data": rows(_merged_labels(references, unit, height)),
        "mark": {
            "type": "text",
            "style": "label",
            "align": "right",
            "baseline": "bottom",
            "dy": -3,
            "x": "width",
        },
        "encoding": {"x": None, "text": {"field": "text"}},
    }


def _merged_labels(references: Sequence[ReferenceLine], unit: Quantity, height: float) -> list[Row]:
    """Lines close to each other share one label above the uppermost."""
    groups: list[list[ReferenceLine]] = []
    for one in sorted(references, key=lambda one: one.value):
        if groups and unit.shown(one.value - groups[-1][-1].value) < _APART * height:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [
        {
            "value": unit.shown(group[-1].value),
            "text": ", ".join(shorten(plain(one.name), 30) for one in group),
        }
        for group in groups
    ]


def _title(trials: Sequence[Trial], best: Sequence[_Numbered], unit: Quantity) -> str:
    if not best:
        return f"{plural(len(trials), 'trial')}, none with a result"
    return f"Best after {plural(len(trials), 'trial')}: {unit.format(best[-1].value or 0.0)}"


def _notes(
    every: Sequence[_Numbered], references: Sequence[ReferenceLine], *, maximize: bool
) -> Iterator[str]:
    wish = "More" if maximize else "Less"
    yield f"Line: best so far. Dots: trials, the large ones the best so far. {wish} is better."
    failed = sum(one.value is None for one in every)
    if failed:
        yield f"Crosses at the top: {failed:,} failed."
    if references:
        yield "Dashed: what it is compared with."


def _description(trials: Sequence[Trial], best: Sequence[_Numbered], unit: Quantity) -> str:
    if not best:
        return f"{plural(len(trials), 'trial')}, none with a result."
    last = best[-1]
    return (
        f"{plural(len(trials), 'trial')} of a tuning; the best {unit.words}, "
        f"{unit.format(last.value or 0.0)}, came with trial {last.number:,}: "
        f"{plain(last.trial.name)}."
    )

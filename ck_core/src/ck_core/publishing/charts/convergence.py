"""Convergence: every trial of a tuning, and the best so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

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
from ck_core.publishing.charts.values import ReferenceLine, Trial
from ck_core.publishing.texts import plain, shorten
from ck_core.publishing.units import Quantity, quantity

_HEIGHT = 300
_APART = 0.05


def convergence(
    trials: Sequence[Trial],
    metric: str,
    *,
    references: Sequence[ReferenceLine] = (),
    maximize: bool = False,
    notes: Sequence[str] = (),
) -> Specification:
    """Trials in their order; failed ones are crosses at the top of the picture."""
    known = (one.value for one in trials if one.value is not None and isfinite(one.value))
    values = [*known, *(one.value for one in references)]
    unit = quantity(metric, values)
    low, high = padded(map(unit.shown, values), after=0.14)
    steps = list(_best_so_far(trials, maximize=maximize))
    dots = thin(
        [*enumerate(trials, start=1)], keep=lambda one: one[0] in {number for number, _ in steps}
    )
    return specification(
        title=_title(trials, steps, unit),
        notes=[
            *_notes(trials, references, maximize=maximize),
            *thinned_note(len(dots), len(trials), "trials"),
            *notes,
        ],
        description=_description(trials, steps, unit),
        content={
            "width": WIDTH,
            "height": _HEIGHT,
            "encoding": {
                "x": number_axis(
                    "trial",
                    "trial",
                    (0.5, len(trials) + 0.5),
                    grid=False,
                    tickMinStep=1,
                    format="d",
                ),
                "y": number_axis("value", unit.title, (low, high)),
            },
            "layer": [
                *_reference_lines(references, unit, high - low),
                *_trials(dots, unit),
                *_crosses(dots, high),
                _best_line(steps, len(trials), unit),
            ],
        },
    )


def _is_known(trial: Trial) -> bool:
    return trial.value is not None and isfinite(trial.value)


def _best_so_far(trials: Sequence[Trial], *, maximize: bool) -> Iterator[tuple[int, float]]:
    """Number (from 1) and value of each trial that was better than all before."""
    best: float | None = None
    for number, trial in enumerate(trials, start=1):
        value = trial.value
        if value is None or not isfinite(value):
            continue
        if best is None or (value > best if maximize else value < best):
            best = value
            yield number, value


def _trials(dots: Sequence[tuple[int, Trial]], unit: Quantity) -> Iterator[Specification]:
    table: list[Row] = [
        {
            "trial": number,
            "value": unit.shown(one.value),
            "number": str(number),
            "result": unit.format(one.value),
            "configuration": plain(one.name),
        }
        for number, one in dots
        if one.value is not None and isfinite(one.value)
    ]
    yield {
        "data": rows(table),
        "mark": {"type": "circle", "style": "faint", "size": 36, "opacity": 0.8},
        "encoding": {"tooltip": tooltip("number", "result", "configuration")},
    }


def _crosses(dots: Sequence[tuple[int, Trial]], top: float) -> Iterator[Specification]:
    table: list[Row] = [
        {
            "trial": number,
            "value": top,
            "number": str(number),
            "failure": plain(one.failure or "no value"),
            "configuration": plain(one.name),
        }
        for number, one in dots
        if not _is_known(one)
    ]
    yield {
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


def _best_line(steps: list[tuple[int, float]], count: int, unit: Quantity) -> Specification:
    ends = [*steps, (count, steps[-1][1])] if steps else []
    return {
        "data": rows({"trial": at, "value": unit.shown(value)} for at, value in ends),
        "mark": {
            "type": "line",
            "style": "accent",
            "interpolate": "step-after",
            "strokeWidth": 2.5,
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


def _title(trials: Sequence[Trial], steps: list[tuple[int, float]], unit: Quantity) -> str:
    if not steps:
        return f"{plural(len(trials), 'trial')}, none with a result"
    return f"Best after {plural(len(trials), 'trial')}: {unit.format(steps[-1][1])}"


def _notes(
    trials: Sequence[Trial], references: Sequence[ReferenceLine], *, maximize: bool
) -> Iterator[str]:
    yield f"Line: best so far. Dots: trials. {'More' if maximize else 'Less'} is better."
    failed = sum(not _is_known(one) for one in trials)
    if failed:
        yield f"Crosses at the top: {failed:,} failed."
    if references:
        yield "Dashed: what it is compared with."


def _description(trials: Sequence[Trial], steps: list[tuple[int, float]], unit: Quantity) -> str:
    if not steps:
        return f"{plural(len(trials), 'trial')}, none with a result."
    number, value = steps[-1]
    return (
        f"{plural(len(trials), 'trial')} of a tuning; the best {unit.words}, "
        f"{unit.format(value)}, came with trial {number:,}: {plain(trials[number - 1].name)}."
    )

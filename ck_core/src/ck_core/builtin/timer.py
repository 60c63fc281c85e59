"""Characteristics that a program writes itself (CK's ``fine_grain_timer_file``)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ck_core import hookimpl
from ck_core.analysis.intervals import median_interval
from ck_core.domain.metric import Metric
from ck_core.domain.run import Repetition, RunRequest, RunResult


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """Each number of the file, by its key; nothing where the program writes none."""
    if not request.timer_file:
        return {}
    written = [_numbers(one, request.timer_file) for one in result.repetitions]
    common = set.intersection(*map(set, written))
    return {name: _metric(name, [one[name] for one in written]) for name in sorted(common)}


def _numbers(repetition: Repetition, name: str) -> dict[str, float]:
    try:
        values = json.loads((repetition.directory / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {key: float(value) for key, value in values.items() if type(value) in (int, float)}


def _metric(name: str, values: list[float]) -> Metric:
    interval = median_interval(values)
    return Metric(name=name, value=interval.median, low=interval.low, high=interval.high)

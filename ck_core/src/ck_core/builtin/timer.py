"""Characteristics that a program writes itself (CK's ``fine_grain_timer_file``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import inf

from ck_core import hookimpl
from ck_core.analysis.intervals import median_interval
from ck_core.domain.metric import Metric
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.system.files import read_text

_FILE_LIMIT = 1 << 20
_TAKEN = frozenset({"correct"})
"""A verdict is no number of the program's."""


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
        text, _ = read_text(str(repetition.directory / name), _FILE_LIMIT)
        values = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    pairs = values.items() if isinstance(values, dict) else ()
    return {key: float(value) for key, value in pairs if key not in _TAKEN and _is_number(value)}


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and abs(value) < inf  # type: ignore[arg-type]  # just seen


def _metric(name: str, values: list[float]) -> Metric:
    interval = median_interval(values)
    return Metric(name=name, value=interval.median, low=interval.low, high=interval.high)

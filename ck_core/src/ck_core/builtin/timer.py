"""Characteristics that a program, or its post-processing, gives itself.

CK's ``fine_grain_timer_file`` and ``post_process_via_ck``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ck_core import hookimpl
from ck_core.analysis.characteristics import numbers_in
from ck_core.analysis.intervals import median_interval
from ck_core.domain.metric import Metric
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.system.json_files import StrangeFileError, read_json_object

_TAKEN = frozenset({"correct"})
"""A verdict is no number of the program's."""


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """Each number, by its key; nothing where the program writes none.

    A number inside an object has a name with dots: ``run_time_state.image_size_x``.
    """
    found = [_characteristics(request, one) for one in result.repetitions]
    common = set.intersection(*map(set, found)) if found else set()
    return {name: _metric(name, [one[name] for one in found]) for name in sorted(common)}


def _characteristics(request: RunRequest, repetition: Repetition) -> dict[str, float]:
    """Of its timer file, then of its post-processing, whose word is the last."""
    written = _written(repetition, request) if request.timer_file else {}
    found = [*numbers_in(written), *repetition.characteristics.items()]
    return {key: value for key, value in found if key not in _TAKEN}


def _written(repetition: Repetition, request: RunRequest) -> Mapping[str, object]:
    """Nothing where the file is of no use, of which ``stages/after_runs.py`` warns."""
    try:
        return read_json_object(repetition.directory / request.timer_file)
    except StrangeFileError:
        return {}


def _metric(name: str, values: list[float]) -> Metric:
    interval = median_interval(values)
    return Metric(name=name, value=interval.median, low=interval.low, high=interval.high)

"""What points are judged by where nobody says it: the time that their program names."""

from __future__ import annotations

from collections.abc import Iterable

from ck_core.context import Context
from ck_core.domain.cid import Cid, is_pattern
from ck_core.domain.metric import WALL
from ck_core.domain.names import is_one_part
from ck_core.domain.point import Point
from ck_core.domain.program import parse_program
from ck_core.errors import CkpError
from ck_core.experiments.reading.experiment import METRICS, Experiment


def own_metric(experiments: Iterable[Experiment], context: Context) -> str:
    """``metric`` of the program's meta, where all experiments have it; else the wall time."""
    found = {_metric(one, context) for one in experiments}
    return found.pop() if len(found) == 1 else WALL


def _metric(experiment: Experiment, context: Context) -> str:
    """Of the newest point."""
    for point in experiment.newest(1):
        metric = _of_program(point, context)
        if metric != WALL and f"{METRICS}{metric}" in experiment.names():
            return metric
    return WALL


def _of_program(point: Point, context: Context) -> str:
    """The wall time as well where the program is gone, or broken."""
    for name in (point.program.uid, point.program.alias):
        try:
            if is_one_part(name) and not is_pattern(name):
                return parse_program(context.store.get(Cid("program", name))).metric
        except CkpError:
            continue
    return WALL

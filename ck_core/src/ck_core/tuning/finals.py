"""The last contenders once more, beside the baselines: no gain is the luckiest sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ck_core.analysis.pareto import Objective as Column
from ck_core.analysis.pareto import interval_frontier
from ck_core.analysis.point_comparison import Compared, compare_points
from ck_core.analysis.stopping import Rule
from ck_core.domain.names import new_uid
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.parameter import Configuration
from ck_core.experiments.measuring.sessions import Session
from ck_core.tuning.journal import Journal
from ck_core.tuning.workshop import Workshop

CONFIDENCE = 0.99
"""Of the gain that is told: one tuning in two hundred that changed nothing may be called faster."""


@dataclass(frozen=True, kw_only=True)
class Finalist:
    """Attributes: role: ``winner``, ``-O2``, ``as it is``, ``contender 2``, ..."""

    role: str
    configuration: Configuration
    point: Point

    @property
    def failed(self) -> bool:
        return self.point.status != "ok"


def measured_beside(
    configurations: Mapping[str, Configuration],
    repetitions: int,
    workshop: Workshop,
    journal: Journal,
) -> list[Finalist]:
    """All of them in random blocks, recorded in one session; raises StorageError.

    Args:
        configurations: by role.
    """
    candidates = workshop.built([*configurations.values()])
    series = [one.series for one in candidates]
    session = Session(
        workshop.lanes(series),
        rule=Rule(),
        repetitions=repetitions,
        seed=journal.facts.seed,
        finished=lambda _: None,
    )
    session.run(lambda *_: None)
    uid = new_uid()
    return [
        Finalist(role=role, configuration=one.configuration, point=journal.final(one, uid, role))
        for role, one in zip(configurations, candidates, strict=True)
    ]


def compared(one: Finalist, baseline: Finalist, objective: Objective) -> Compared:
    """One over the baseline, from pairs of blocks."""
    return compare_points(
        one.point,
        baseline.point,
        objective.metric,
        maximize=objective.maximize,
        confidence=CONFIDENCE,
    )


def fastest(finalists: Sequence[Finalist], objective: Objective) -> Finalist:
    """By the median; the first of equals. One of them must be sound."""
    sound = [one for one in finalists if not one.failed]
    return min(sound, key=lambda one: _cost(one.point, objective))


def _cost(point: Point, objective: Objective) -> float:
    metric = point.metrics.get(objective.metric)
    value = None if metric is None else metric.value
    return float("inf") if value is None else objective.cost(float(value))


def unbeaten(finalists: Sequence[Finalist], objectives: Sequence[Objective]) -> Iterator[Finalist]:
    """Those on the frontier, where there are several objectives; intervals are respected."""
    if len(objectives) < 2:
        return
    sound = [one for one in finalists if not one.failed]
    boxes = [[_box(one.point, each) for each in objectives] for one in sound]
    columns = [Column(column=at) for at in range(len(objectives))]
    yield from (sound[at] for at in interval_frontier(boxes, columns).kept)


def _box(point: Point, objective: Objective) -> tuple[float, float] | None:
    """Of costs; None where it was not measured."""
    metric = point.metrics.get(objective.metric)
    if metric is None or metric.value is None:
        return None
    ends = [metric.value if one is None else one for one in (metric.low, metric.high)]
    low, high = sorted(objective.cost(float(one)) for one in ends)
    return low, high

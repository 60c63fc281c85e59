"""Last runs as they were recorded, so that a search that is resumed measures none of them again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ck_core.analysis.tuning_ending import Session, Told, last_runs, values_told
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.parameter import Configuration
from ck_core.tuning.costs import costs_of
from ck_core.tuning.finalist import Finalist

Finalists = Sequence[Finalist]
"""Those that were measured beside each other."""


def recorded_finals(points: Iterable[Point], objectives: Sequence[Objective]) -> list[Finalists]:
    """By session, in their order; none of what somebody has edited into nonsense."""
    return [[*_finalists(session, objectives)] for session in last_runs(points)]


def _finalists(session: Session, objectives: Sequence[Objective]) -> Iterator[Finalist]:
    for point, told in session:
        yield from _finalist(point, told, objectives)


def _finalist(point: Point, told: Told, objectives: Sequence[Objective]) -> Iterator[Finalist]:
    configuration = values_told(point).get("configuration")
    is_measured = point.failed or costs_of(point, objectives)
    if is_measured and isinstance(configuration, dict):
        kept = {name: value for name, value in configuration.items() if isinstance(value, str)}
        yield Finalist(role=told.role, configuration=kept, point=point, breaks=told.breaks)


def found_again(
    finals: Iterable[Finalists], configurations: Mapping[str, Configuration], repetitions: int
) -> list[Finalist]:
    """The first session of just these by role, each so often; empty where there is none.

    What failed may have been a machine's fault and is measured again, as is what was cut short.
    """
    for session in finals:
        by_role = {one.role: one for one in session if _is_whole(one, repetitions)}
        if {role: one.configuration for role, one in by_role.items()} == configurations:
            return [by_role[role] for role in configurations]
    return []


def _is_whole(one: Finalist, repetitions: int) -> bool:
    return not one.failed and one.point.repetitions >= repetitions

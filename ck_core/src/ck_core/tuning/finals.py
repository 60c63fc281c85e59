"""The last contenders once more, beside the baselines: no gain is the luckiest sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from math import inf

from ck_core.analysis.gains import gain_over
from ck_core.analysis.point_comparison import Compared
from ck_core.analysis.stopping import Rule
from ck_core.analysis.tuning_ending import AS_IT_IS
from ck_core.analysis.tuning_ending import unbeaten as unbeaten_points
from ck_core.domain.install import Progress, no_progress
from ck_core.domain.names import new_uid
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.parameter import Configuration
from ck_core.experiments.measuring.lanes import Lane
from ck_core.experiments.measuring.sessions import Session
from ck_core.experiments.measuring.time_left import time_left
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.constraints import broken
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.journal import Journal, Role
from ck_core.tuning.recorded_finals import found_again
from ck_core.tuning.workshop import Workshop


def measured_beside(
    configurations: Mapping[str, Configuration],
    repetitions: int,
    workshop: Workshop,
    journal: Journal,
    tell: Progress = no_progress,
) -> list[Finalist]:
    """All of them in random blocks, recorded in one session; raises StorageError.

    Whatever happens, nothing of them stays but their points. What a search that is resumed has
    measured beside each other already is not measured again.

    Args:
        configurations: by role.
        repetitions: of each; one where no more are needed.
    """
    count = 1 if workshop.is_exact else repetitions
    if recorded := found_again(journal.finals, configurations, count):
        return recorded
    candidates = workshop.built([*configurations.values()])
    with ExitStack() as left:
        for one in candidates:
            left.callback(workshop.discard, one)
        lanes = workshop.lanes([one.series for one in candidates])
        for lane in lanes:
            left.enter_context(lane)
        _measure(lanes, count, workshop, journal, tell)
        return [*_finalists(dict(zip(configurations, candidates, strict=True)), workshop, journal)]


def _measure(
    lanes: Sequence[Lane], count: int, workshop: Workshop, journal: Journal, tell: Progress
) -> None:
    session = Session(
        lanes,
        rule=Rule(),
        repetitions=count,
        seed=journal.facts.seed,
        jobs=workshop.options.care.jobs,
        finished=lambda _: None,
    )
    session.run(lambda *_: _tell(lanes, count, tell))


def _tell(lanes: Sequence[Lane], count: int, tell: Progress) -> None:
    """Repetitions, and the time that is left by their mean."""
    running = [one.series for one in lanes if not one.series.error]
    done = sum(min(len(one.judged), count) for one in running)
    tell(time_left(running, Rule(), count), done, count * len(running))


def _finalists(
    candidates: Mapping[str, Candidate], workshop: Workshop, journal: Journal
) -> Iterator[Finalist]:
    """Recorded; how they were built, where they may be told of: attempts to reduce are not."""
    session, is_told = new_uid(), AS_IT_IS in candidates
    for role, one in candidates.items():
        breaks = broken(one.series.metrics, workshop.constraints) if not one.series.error else ()
        told = Role(name=role, breaks=breaks, tells_commands=is_told)
        point = journal.final(one, session, told)
        yield Finalist(role=role, configuration=one.configuration, point=point, breaks=breaks)


def compared(one: Finalist, baseline: Finalist, objective: Objective) -> Compared:
    """One over the baseline, from pairs of blocks."""
    return gain_over(one.point, baseline.point, objective)


def ranked(finalists: Sequence[Finalist], objective: Objective) -> list[Finalist]:
    """What holds, the best median first."""
    sound = [one for one in finalists if one.holds]
    return sorted(sound, key=lambda one: _cost(one.point, objective))


def _cost(point: Point, objective: Objective) -> float:
    found = objective.cost_in(point.metrics)
    return inf if found is None else found


def unbeaten(finalists: Sequence[Finalist], objectives: Sequence[Objective]) -> list[Finalist]:
    """Those on the frontier of what holds, where there are several objectives."""
    if len(objectives) < 2:
        return []
    kept = {one.uid for one in unbeaten_points([f.point for f in finalists if f.holds], objectives)}
    return [one for one in finalists if one.point.uid in kept]

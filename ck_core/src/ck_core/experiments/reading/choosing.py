"""Which points of an experiment are meant, and what to say where there are none."""

from __future__ import annotations

from collections.abc import Iterable

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.point import Point
from ck_core.errors import UsageError
from ck_core.experiments.reading.experiment import Experiment, load_experiment
from ck_core.store.experiments.found import FoundPoints
from ck_core.store.experiments.index import AS_ASKED


def chosen(cid: Cid | str, condition: str, context: Context) -> Experiment:
    """The experiment, or those of its points for which the condition holds.

    Raises:
        ComponentNotFoundError, UsageError: as ``load_experiment`` and ``Experiment.filter``.
    """
    experiment = load_experiment(cid, context)
    return experiment.filter(condition) if condition else experiment


def points_of(experiment: Experiment) -> list[Point]:
    """All points; raises UsageError where there is none."""
    return list(found_in(experiment))


def found_in(experiment: Experiment) -> FoundPoints:
    """``points_of`` for those who look at one after the other; raises as it.

    The points of a session are in the order in which its variants were asked for.
    """
    points = experiment.found(AS_ASKED)
    if not len(points):
        raise nothing_in(experiment)
    return points


def nothing_in(experiment: Experiment) -> UsageError:
    """What to say of an experiment without points, by what it is without."""
    if experiment.where is not None:
        return UsageError(
            f"no point of {experiment.cid} is like that",
            hint=f"ckp show {experiment.cid} lists them",
        )
    if any(experiment.component.path.glob("ckp-*.json")):
        return UsageError(
            f"{experiment.cid} is an entry of CK's",
            hint=f"ckp import experiment:NAME {experiment.cid} makes points of it",
        )
    return UsageError(
        f"{experiment.cid} has no points yet",
        hint=f"ckp benchmark program:NAME --record --record_uoa={experiment.name}",
    )


def baseline_of(experiment: Experiment, points: Iterable[Point], wish: str) -> Point | None:
    """The point that a user means by ``--baseline``; None where nothing is said.

    Raises:
        UsageError, ComponentNotFoundError: it is none, or several.
    """
    if not wish:
        return None
    if not any(mark in wish for mark in "=<>~"):
        return experiment.point(wish)
    meant = experiment.filter(wish).points
    shown = {point.uid for point in points}
    found = [point for point in meant if point.uid in shown]
    if len(found) != 1:
        raise UsageError(
            f"--baseline {wish!r} means {len(found)} points of {experiment.cid}",
            hint=f"name one by its UID; ckp show {experiment.cid} lists them",
        )
    return found[0]

"""How the last search that an experiment holds ended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, TypeVar

from ck_core.analysis.filters import Comparison, Some
from ck_core.analysis.tuning_ending import Ending, Told, end_for, ending_of, told_by
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective

if TYPE_CHECKING:
    from ck_core.experiments.reading.experiment import Experiment

Found = TypeVar("Found")
_BATCHES = (64, 1024)
"""Points looked at for the last runs of a search, the newest; after these, all."""


def ending_in(experiment: Experiment) -> Ending | None:
    """Of the search that ended last; None for an experiment of something else, or a part of one.

    Raises:
        StorageError: the points cannot be read.
    """
    return _found_in(experiment, ending_of)


def last_told_in(experiment: Experiment) -> Told | None:
    """What the newest point of a search says of it; None and raises as ``ending_in``."""
    return _found_in(experiment, _last_told)


def last_runs_for(experiment: Experiment, objectives: Collection[Objective]) -> Experiment | None:
    """Only what ``end_for`` tells of; None where that is nothing. Raises as ``ending_in``."""
    points = _found_in(experiment, lambda points: end_for(points, objectives))
    if not points:
        return None
    same = (Comparison(name="uid", operator="=", text=one.uid) for one in points)
    return experiment.narrowed(Some(parts=tuple(same)))


def _last_told(points: Sequence[Point]) -> Told | None:
    found = (told_by(one) for one in reversed(points))
    return next((one for one in found if one), None)


def _found_in(
    experiment: Experiment, find: Callable[[Sequence[Point]], Found | None]
) -> Found | None:
    """The newest points are looked at first."""
    if experiment.where is not None:
        return None
    for count in (*_BATCHES, len(experiment)):
        points = experiment.newest(count)
        if found := find(points):
            return found
        if len(points) < count or all(told_by(one) is None for one in points):
            return None
    return None

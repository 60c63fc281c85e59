"""How the last search that an experiment holds ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ck_core.analysis.tuning_ending import Ending, ending_of, told_by

if TYPE_CHECKING:
    from ck_core.experiments.reading.experiment import Experiment

_BATCHES = (64, 1024)
"""Points looked at for the last runs of a search, the newest; after these, all."""


def ending_in(experiment: Experiment) -> Ending | None:
    """Of the search that ended last; None for an experiment of something else, or a part of one.

    Raises:
        StorageError: the points cannot be read.
    """
    if experiment.where is not None:
        return None
    for count in (*_BATCHES, len(experiment)):
        points = experiment.newest(count)
        if found := ending_of(points):
            return found
        if len(points) < count or all(told_by(one) is None for one in points):
            return None
    return None

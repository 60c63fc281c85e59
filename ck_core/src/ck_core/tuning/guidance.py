"""What a strategy is told while it is not known what holds the constraints."""

from __future__ import annotations

from dataclasses import replace

from ck_core.domain.tuning.strategy import Trial
from ck_core.tuning.constraints import FAILURE
from ck_core.tuning.memory import Finding

_BEHIND = 10.0
"""Times the cost of the program as it is: what takes that long is a failure in any case."""


def as_told(finding: Finding, first: Finding) -> Trial:
    """The trial; where the program as it is breaks a constraint, with how far others are from it.

    Who hears of failures alone would look blindly for what holds. So what breaks a constraint
    comes behind all that holds, the nearest first: K. Deb, An efficient constraint handling method
    for genetic algorithms, 2000; as costs, so that every strategy understands it.

    Args:
        first: the program as it is.
    """
    trial = finding.trial
    if not trial.failure == first.trial.failure == FAILURE:
        return trial
    factor = _BEHIND * (1 + finding.excess)
    costs = tuple(_behind(one, factor) for one in first.measured)
    return replace(trial, costs=costs, failure="" if costs else trial.failure)


def _behind(cost: float, factor: float) -> float:
    """What shall be large has costs below zero."""
    if cost == 0:
        return factor
    return cost * factor if cost > 0 else cost / factor

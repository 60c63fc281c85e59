"""What each value seems to be worth, by the trials of a search."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from statistics import mean

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Trial


def least_useful_first(configuration: Configuration, trials: Sequence[Trial]) -> list[str]:
    """Its names, by the mean cost of trials with their values beside those without.

    Main effects (R. A. Fisher, The Design of Experiments, 1935) of an unbalanced design: a guess
    that says where to look first, and nothing else. Costs count by their logarithms.
    """
    known = [one for one in trials if one.costs and one.cost > 0]
    overall = mean(log(one.cost) for one in known) if known else 0.0

    def saved(name: str) -> float:
        value = configuration[name]
        costs = [log(one.cost) for one in known if one.configuration.get(name) == value]
        return overall - mean(costs) if costs else 0.0

    return sorted(configuration, key=saved)

"""Random search: the floor for all others.

J. Bergstra, Y. Bengio, Random Search for Hyper-Parameter Optimization, JMLR 13, 2012.
"""

from __future__ import annotations

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History
from ck_core.strategies.moves import source_of


class RandomSearch:
    """Each value of each parameter alike, nothing twice; every search begins with the -O levels."""

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)

    def ask(self) -> Configuration | None:
        return self._history.fresh(lambda: self._history.space.random(self._source))

    def tell(self, trial: Trial) -> None:
        """It learns nothing but what is known already."""
        self._history.told(trial)

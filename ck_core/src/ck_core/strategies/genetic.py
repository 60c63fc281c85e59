"""A steady-state genetic algorithm: tournaments, uniform crossover, mutation.

G. Syswerda, Uniform Crossover in Genetic Algorithms, 1989, and A Study of Reproduction in
Generational and Steady-State Genetic Algorithms, 1991; for compiler flags: K. Cooper and others,
Optimizing for Reduced Code Space using Genetic Algorithms, LCTES 1999.
"""

from __future__ import annotations

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History
from ck_core.strategies.moves import best_of, crossed, mutated, scattered, source_of

_FIRST = 12
_POPULATION = 24
_TOURNAMENT = 3
_CHANGES = 12


class Genetic:
    """The population is the best that was told; each child competes at once."""

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._told = 0

    def ask(self) -> Configuration | None:
        return self._history.fresh(self._child if self._told >= _FIRST else self._first)

    def tell(self, trial: Trial) -> None:
        self._told += self._history.told(trial) is not None

    def _first(self) -> Configuration:
        return scattered(self._history.space, self._history.base, self._source)

    def _child(self) -> Configuration:
        space, source = self._history.space, self._source
        ranked = [one.configuration for one in self._history.elites[:_POPULATION]]
        if not ranked:
            return self._first()
        mother, father = (best_of(_TOURNAMENT, ranked, source) for _ in range(2))
        return mutated(space, crossed(space, mother, father, source), source, _CHANGES)

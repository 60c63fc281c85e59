"""NSGA-II: several objectives at once, by non-dominated sorting and crowding distance.

K. Deb and others, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, IEEE Transactions
on Evolutionary Computation 6(2), 2002. What is feasible comes before what a constraint excludes, as
there; what failed otherwise comes last. Fronts are peeled off by ``ck_core.analysis.pareto``, which
needs O(n log n) for two objectives, less than the paper's sorting.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from ck_core.analysis.pareto import Objective, frontier
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History
from ck_core.strategies.moves import best_of, crossed, mutated, scattered, source_of

_POPULATION = 24
_CHANGES = 12


class Nsga2:
    """Attributes: population: the survivors, the best first."""

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self.population: list[Trial] = []
        self._children: list[Trial] = []

    def ask(self) -> Configuration | None:
        full = len(self.population) >= _POPULATION
        return self._history.fresh(self._child if full else self._first)

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        self._children.append(kept)
        if len(self._children) >= _POPULATION or len(self.population) < _POPULATION:
            self.population = ranked([*self.population, *self._children])[:_POPULATION]
            self._children = []

    def _first(self) -> Configuration:
        known = [one.configuration for one in self.population if one.costs]
        start = self._source.choice(known) if known else {}
        return scattered(self._history.space, start, self._source)

    def _child(self) -> Configuration:
        space, source = self._history.space, self._source
        parents = [one.configuration for one in self.population]
        mother, father = (best_of(2, parents, source) for _ in range(2))
        return mutated(space, crossed(space, mother, father, source), source, _CHANGES)


def ranked(trials: Sequence[Trial]) -> list[Trial]:
    """The best first: by front, in a front the lonely before the crowded; then failures."""
    left = [one for one in trials if one.costs]
    found: list[Trial] = []
    while left:
        kept = fronts_first(left)
        found += crowded_last([left[at] for at in sorted(kept)])
        left = [one for at, one in enumerate(left) if at not in kept]
    failed = [one for one in trials if not one.costs]
    return found + sorted(failed, key=lambda one: one.failure != "constraint")


def fronts_first(trials: Sequence[Trial]) -> frozenset[int]:
    """Positions of those that none dominates."""
    objectives = [Objective(column=at) for at in range(len(trials[0].costs))]
    return frozenset(frontier([one.costs for one in trials], objectives).kept)


def crowded_last(front: Sequence[Trial]) -> list[Trial]:
    """By crowding distance: the sides of the box between a trial's neighbours, each over its range.

    Those at the ends of an objective come first.
    """
    distances = [0.0] * len(front)
    for objective in range(len(front[0].costs)):
        order = sorted(range(len(front)), key=lambda at: front[at].costs[objective])
        costs = [front[at].costs[objective] for at in order]
        spread = costs[-1] - costs[0] or 1.0
        distances[order[0]] = distances[order[-1]] = inf
        for place in range(1, len(order) - 1):
            distances[order[place]] += (costs[place + 1] - costs[place - 1]) / spread
    return [front[at] for at in sorted(range(len(front)), key=lambda at: -distances[at])]

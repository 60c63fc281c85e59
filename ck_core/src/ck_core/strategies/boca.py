"""BOCA: a random forest learns the costs; few impactful options are tried in all combinations.

J. Chen and others, Efficient Compiler Autotuning via Bayesian Optimization, ICSE 2021: the options
that the forest finds most impactful are enumerated, each combination completed by a number of
random settings of the rest that decays as trials come in; the candidate with the greatest expected
improvement is tried, the forest's trees giving mean and deviation.

Differences, for hundreds of options and thousands of trials: several candidates are taken from one
fit; the forest learns from a bounded number of trials; completions change some of the rest of the
best known configuration, since whole random ones mostly fail; a failure counts as twice the first
cost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice, product
from math import erf, exp, inf, log, pi, sqrt
from typing import Any

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History
from ck_core.strategies.libraries import needed
from ck_core.strategies.moves import scattered, source_of

_FIRST = 10
_IMPACTFUL = 8
_COMBINATIONS = 64
_MOST_COMPLETIONS, _LEAST_COMPLETIONS = 4.0, 1.0
_DECAY_AFTER, _DECAY_OVER = 20, 60
_TREES = 20
_KEPT_BEST, _KEPT_LAST = 100, 200
_MOST_FROM_ONE_FIT = 50
_FAILED = log(2.0)


class Boca:
    """Raises UsageError: scikit-learn is not installed."""

    def __init__(self, problem: Problem) -> None:
        self._forests = needed("sklearn.ensemble", "boca", "learning")
        self._numpy = needed("numpy", "boca", "learning")
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._encoder = Encoder(problem.space)
        self._seed = problem.seed % 2**32
        self._rows: list[tuple[float, list[int]]] = []
        self._told = 0
        self._next_fit = _FIRST
        self._candidates: deque[Configuration] = deque()

    def ask(self) -> Configuration | None:
        if self._told >= self._next_fit:
            self._fit()
        while self._candidates:
            if self._history.claim(one := self._candidates.popleft()):
                return one
        return self._history.fresh(self._around)

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        self._told += 1
        cost = self._history.relative(kept.cost)
        row = self._encoder.row(kept.configuration)
        self._rows.append((_FAILED if cost == inf else cost, row))

    def _around(self) -> Configuration:
        return scattered(self._history.space, self._history.base, self._source)

    def _fit(self) -> None:
        """Again after an eighth more trials, so that fitting costs each trial the same."""
        self._next_fit = self._told + min(max(self._told // 8, 4), _MOST_FROM_ONE_FIT)
        self._rows = _bounded(self._rows)
        forest = self._forests.RandomForestRegressor(
            n_estimators=_TREES, max_features=1 / 3, random_state=self._seed, n_jobs=1
        )
        costs = [cost for cost, _ in self._rows]
        forest.fit(self._table([row for _, row in self._rows]), costs)
        found = self._completed(self._encoder.impactful(forest.feature_importances_))
        table = self._table([self._encoder.row(one) for one in found])
        gains = _improvements(forest, table, min(costs))
        order = sorted(range(len(found)), key=lambda at: -gains[at])
        taken = (self._next_fit - self._told) * 2
        self._candidates = deque(found[at] for at in order[:taken])

    def _table(self, rows: list[list[int]]) -> Any:
        """In the numbers that trees are made of, so that none of them converts it again."""
        return self._numpy.array(rows, dtype=self._numpy.float32)

    def _completed(self, impactful: Sequence[Parameter]) -> list[Configuration]:
        """All combinations of the impactful, each completed several times."""
        names = [one.name for one in impactful]
        values = islice(product(*(one.values for one in impactful)), _COMBINATIONS)
        combined = [dict(zip(names, each, strict=True)) for each in values]
        space, base = self._history.space, self._history.base
        found = [space.changed(base, one) for one in combined]
        for _ in range(round(self._completions)):
            rest = [self._around() for _ in range(16)]
            found += [space.changed(self._source.choice(rest), one) for one in combined]
        return found

    @property
    def _completions(self) -> float:
        """Decays as a normal distribution's density does."""
        late = max(0, self._told - _DECAY_AFTER) / _DECAY_OVER
        return max(_MOST_COMPLETIONS * exp(-(late**2) / 2), _LEAST_COMPLETIONS)


class Encoder:
    """Ordered parameters as one column, their place in the order; of others one each value."""

    def __init__(self, space: Space) -> None:
        self._columns: dict[tuple[str, str], tuple[int, int]] = {}
        self._owners: list[Parameter] = []
        for one in space.parameters:
            for place, value in enumerate(one.others, start=1):
                if place == 1 or not one.ordered:
                    self._owners.append(one)
                self._columns[one.name, value] = len(self._owners) - 1, place if one.ordered else 1

    def row(self, configuration: Configuration) -> list[int]:
        """Defaults are 0."""
        found = [0] * len(self._owners)
        for item in configuration.items():
            column, number = self._columns[item]
            found[column] = number
        return found

    def impactful(self, importances: Sequence[float]) -> list[Parameter]:
        """The most important parameters, at most 8, as few as 64 combinations need."""
        totals: dict[str, float] = {}
        for one, importance in zip(self._owners, importances, strict=True):
            totals[one.name] = totals.get(one.name, 0.0) + float(importance)
        by_name = {one.name: one for one in self._owners}
        found: list[Parameter] = []
        combinations = 1
        for name in sorted(totals, key=lambda name: -totals[name])[:_IMPACTFUL]:
            combinations *= len(by_name[name].values)
            if found and combinations > _COMBINATIONS:
                break
            found.append(by_name[name])
        return found


def _bounded(rows: list[tuple[float, list[int]]]) -> list[tuple[float, list[int]]]:
    """The best and the last."""
    if len(rows) <= _KEPT_BEST + _KEPT_LAST:
        return rows
    last = len(rows) - _KEPT_LAST
    best = sorted(range(last), key=lambda at: rows[at][0])[:_KEPT_BEST]
    return [rows[at] for at in sorted(best)] + rows[last:]


def _improvements(forest: Any, rows: Any, least: float) -> list[float]:
    """Expected, of each: what lies below the least cost, weighed by how likely it is."""
    trees = [tree.predict(rows) for tree in forest.estimators_]
    count = len(trees)
    found = []
    for costs in zip(*trees, strict=True):
        mean = sum(costs) / count
        deviation = sqrt(sum((one - mean) ** 2 for one in costs) / count)
        found.append(_improvement(least - float(mean), float(deviation)))
    return found


def _improvement(gain: float, deviation: float) -> float:
    if deviation <= 0.0:
        return max(gain, 0.0)
    z = gain / deviation
    density = exp(-z * z / 2) / sqrt(2 * pi)
    return gain * (1 + erf(z / sqrt(2))) / 2 + deviation * density

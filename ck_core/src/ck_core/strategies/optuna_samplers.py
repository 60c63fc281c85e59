"""Optuna's samplers, which see a few of the parameters at a time.

T. Akiba and others, Optuna: A Next-generation Hyperparameter Optimization Framework, KDD 2019. TPE:
J. Bergstra and others, Algorithms for Hyper-Parameter Optimization, 2011; CMA-ES, separable, for
which all values are numbers: R. Ros, N. Hansen, 2008.

A sampler reckons with all that it sees in each trial: with hundreds of flags for tens of
milliseconds, the longer the more trials there are. So a study sees few parameters: C. Li and
others, High Dimensional Bayesian Optimization using Dropout, IJCAI 2017. Here they are those that
seem to matter, by what random configurations at the beginning showed, and what all showed since.
The others are as in one of the best, a little changed. After some trials another study begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem, StrategyFactory, Trial
from ck_core.strategies.history import History, digest
from ck_core.strategies.libraries import needed
from ck_core.strategies.moves import mutated, source_of
from ck_core.strategies.nsga2 import ranked
from ck_core.strategies.optuna_study import POPULATION, OptunaStudy
from ck_core.strategies.sparse_effects import SparseEffects

SAMPLERS = ("tpe", "cmaes", "nsga2", "random")
_ONE_OBJECTIVE = frozenset({"cmaes"})
_SEEN = 30
_ROUND = 40
"""Trials of a study; of one that sees all parameters five times as many."""
_TOLD = {"tpe": 60, "nsga2": POPULATION}
"""Earlier trials that a study begins with: half of them the best, half the latest."""
_REMEMBERED = max(_TOLD.values())
_FIRST, _MOST_FIRST = 0.5, 80
"""Share of the budget for random configurations, and how many suffice for any."""
_USUAL_BUDGET = 200
_SHRINK, _GROW = 0.7, 1.1
"""Of the share of parameters that random configurations change, after a failure and a success."""
_BEST_SHARE = 0.1
_TRIES = 5
_CHANGES = 12


class OptunaSampler:
    """Raises UsageError: Optuna is not installed, or what the sampler needs besides."""

    def __init__(self, problem: Problem, name: str) -> None:
        self._optuna = needed("optuna", f"optuna-{name}", "optuna")
        if name == "cmaes":
            needed("cmaes", "optuna-cmaes", "optuna")
        self._optuna.logging.set_verbosity(self._optuna.logging.ERROR)
        self._name, self._seed = name, problem.seed % 2**32
        self._objectives = 1 if name in _ONE_OBJECTIVE else problem.objectives
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._effects = SparseEffects()
        self._finished: list[Trial] = []
        self._asked: dict[bytes, Any] = {}
        self._study: OptunaStudy | None = None
        self._told, self._share = 0, 1.0
        self._sees_all = len(problem.space.parameters) <= _SEEN
        budget = problem.evaluations or _USUAL_BUDGET
        self._first = 0 if self._sees_all else min(round(budget * _FIRST), _MOST_FIRST)
        self._round = 5 * _ROUND if self._sees_all else _ROUND

    def ask(self) -> Configuration | None:
        if self._told < self._first:
            return self._history.fresh(self._random)
        self._study = study = self._study or self._begun()
        for _ in range(_TRIES):
            asked, found = study.ask(self._history.space, self._rest())
            if self._history.claim(found):
                self._asked[digest(found)] = asked
                return found
            study.tell(asked, ())
        return self._history.fresh(lambda: self._changed(self._history.base))

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        costs = kept.costs[: self._objectives]
        asked = self._asked.pop(digest(kept.configuration), None)
        if asked is not None and self._study:
            self._study.tell(asked, costs or self._worst())
        self._learn(kept.configuration, costs)
        self._told += 1
        if self._told % self._round == 0:
            self._study, self._asked = None, {}

    def _learn(self, configuration: Configuration, costs: tuple[float, ...]) -> None:
        if costs:
            self._finished.append(Trial(configuration=configuration, costs=costs))
            names = [_feature(name, value) for name, value in configuration.items()]
            self._effects.add(names, self._history.relative(costs[0]))
        change = _GROW if costs else _SHRINK
        self._share = min(self._share * change, 1.0)

    def _random(self) -> Configuration:
        """From the default; the fewer values the more of such fail."""
        space, source = self._history.space, self._source
        chosen = [one for one in space.parameters if source.random() < self._share]
        return space.changed({}, {one.name: source.choice(one.values) for one in chosen})

    def _rest(self) -> Configuration:
        """What the study does not see."""
        elites = self._history.elites
        if self._sees_all or not elites:
            return {}
        count = min(len(elites), 1 + round(self._told * _BEST_SHARE))
        return self._changed(elites[self._source.randrange(count)].configuration)

    def _changed(self, configuration: Configuration) -> Configuration:
        return mutated(self._history.space, configuration, self._source, _CHANGES)

    def _begun(self) -> OptunaStudy:
        """Told some earlier trials; what is asked for and not told yet is nothing to it."""
        self._seed = (self._seed + 1) % 2**32
        best = ranked(self._finished)
        self._finished = _either(self._finished, best, _REMEMBERED)
        study = OptunaStudy(
            self._optuna,
            self._name,
            self._seen(),
            self._history.base,
            seed=self._seed,
            objectives=self._objectives,
        )
        known = _either(self._finished, best, _TOLD.get(self._name, 0))
        study.add(known, self._history.space)
        return study

    def _seen(self) -> Sequence[Parameter]:
        """Those whose values seem to do most; of equal ones chance decides."""
        parameters = self._history.space.parameters
        if self._sees_all:
            return parameters
        shuffled = self._source.sample(parameters, len(parameters))
        return sorted(shuffled, key=self._apparent_effect, reverse=True)[:_SEEN]

    def _apparent_effect(self, one: Parameter) -> float:
        effects = (self._effects.of(_feature(one.name, value)) for value in one.others)
        return max((abs(effect.expected) for effect in effects), default=0.0)

    def _worst(self) -> tuple[float, ...]:
        """For what failed: samplers learn from ranks."""
        return tuple(map(max, zip(*(one.costs for one in self._finished), strict=True)))


def _feature(name: str, value: str) -> str:
    return f"{name}\0{value}"


def _either(trials: Sequence[Trial], best: Sequence[Trial], count: int) -> list[Trial]:
    """The best half and the latest, in their order."""
    kept = {id(one) for one in (*best[: count // 2], *trials[len(trials) - count // 2 :])}
    return [one for one in trials if id(one) in kept]


def factory_of(name: str) -> StrategyFactory:
    """Of one of SAMPLERS."""
    return lambda problem: OptunaSampler(problem, name)

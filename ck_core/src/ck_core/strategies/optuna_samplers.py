"""Optuna's samplers through its ask and tell.

T. Akiba and others, Optuna: A Next-generation Hyperparameter Optimization Framework, KDD 2019. TPE:
J. Bergstra and others, Algorithms for Hyper-Parameter Optimization, 2011; CMA-ES: N. Hansen,
A. Ostermeier, 2001, for the ordered parameters only, which are numbers to it.
"""

from __future__ import annotations

from typing import Any

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem, StrategyFactory, Trial
from ck_core.strategies.history import History, digest
from ck_core.strategies.libraries import needed
from ck_core.strategies.moves import mutated, source_of

SAMPLERS = ("tpe", "cmaes", "nsga2", "random")
_ONE_OBJECTIVE = frozenset({"cmaes"})
_KEPT = 100
_RENEWED = 200
_TRIES = 5
_CHANGES = 12


class OptunaSampler:
    """A study, begun anew with its best trials now and then: samplers slow down as trials grow.

    Raises:
        UsageError: Optuna is not installed, or what the sampler needs besides.
    """

    def __init__(self, problem: Problem, name: str) -> None:
        self._optuna = needed("optuna", f"optuna-{name}", "optuna")
        if name == "cmaes":
            needed("cmaes", "optuna-cmaes", "optuna")
        self._optuna.logging.set_verbosity(self._optuna.logging.ERROR)
        self._name, self._seed = name, problem.seed % 2**32
        self._objectives = 1 if name in _ONE_OBJECTIVE else problem.objectives
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._distributions = {one.name: self._choices(one) for one in problem.space.parameters}
        self._asked: dict[bytes, Any] = {}
        self._finished: list[Trial] = []
        self._study = self._begun()
        self._told = 0

    def ask(self) -> Configuration | None:
        for _ in range(_TRIES):
            asked = self._study.ask(self._distributions)
            found = self._configuration(asked.params)
            if self._history.claim(found):
                self._asked[digest(found)] = asked
                return found
            self._study.tell(asked, state=self._optuna.trial.TrialState.FAIL)
        space, source = self._history.space, self._source
        return self._history.fresh(lambda: mutated(space, self._history.base, source, _CHANGES))

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        self._finished.append(kept)
        asked = self._asked.pop(digest(kept.configuration), None)
        self._told += 1
        if self._told % _RENEWED == 0:
            self._renew()
        elif asked is None:
            self._study.add_trial(self._frozen(kept))
        elif kept.costs:
            self._study.tell(asked, list(kept.costs[: self._objectives]))
        else:
            self._study.tell(asked, state=self._optuna.trial.TrialState.FAIL)

    def _begun(self) -> Any:
        samplers, seed = self._optuna.samplers, self._seed
        if self._name == "cmaes":
            sampler = samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False)
        elif self._name == "nsga2":
            sampler = samplers.NSGAIISampler(seed=seed, population_size=24)
        elif self._name == "tpe":
            sampler = samplers.TPESampler(seed=seed)
        else:
            sampler = samplers.RandomSampler(seed=seed)
        directions = ["minimize"] * self._objectives
        return self._optuna.create_study(sampler=sampler, directions=directions)

    def _renew(self) -> None:
        """What is asked for and not told yet is told to the new study as if from elsewhere."""
        self._finished = sorted(self._finished, key=lambda one: one.cost)[:_KEPT]
        self._seed = (self._seed + 1) % 2**32
        self._study, self._asked = self._begun(), {}
        for one in self._finished:
            self._study.add_trial(self._frozen(one))

    def _choices(self, parameter: Parameter) -> Any:
        """Ordered values are numbers to a sampler: their places."""
        distributions = self._optuna.distributions
        if parameter.ordered:
            return distributions.IntDistribution(0, len(parameter.values) - 1)
        return distributions.CategoricalDistribution(parameter.values)

    def _configuration(self, chosen: dict[str, Any]) -> Configuration:
        by_name = self._history.space.by_name
        values = {
            name: by_name[name].values[one] if by_name[name].ordered else one
            for name, one in chosen.items()
        }
        return self._history.space.normalized(values)

    def _frozen(self, trial: Trial) -> Any:
        states = self._optuna.trial.TrialState
        params = {
            one.name: one.values.index(value) if one.ordered else value
            for one in self._history.space.parameters
            for value in (self._history.space.value(trial.configuration, one.name),)
        }
        return self._optuna.trial.create_trial(
            state=states.COMPLETE if trial.costs else states.FAIL,
            params=params,
            distributions=self._distributions,
            values=list(trial.costs[: self._objectives]) if trial.costs else None,
        )


def factory_of(name: str) -> StrategyFactory:
    """Of one of SAMPLERS."""
    return lambda problem: OptunaSampler(problem, name)

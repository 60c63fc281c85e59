"""An Optuna study over some parameters of a space, the others as in a configuration."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Trial

POPULATION = 24
_FEW_VALUES = 8
"""Are learned one by one, which takes half the time that a scale takes."""
_GENERATION = "NSGAIISampler:generation"
"""By which Optuna knows whom a trial lives with: what a study begins with is its first one."""


class OptunaStudy:
    """Asked for configurations, told costs.

    Args:
        name: of a sampler.
        parameters: that vary.
        base: what the others have, and where the sampler begins.
        objectives: how many costs it is told.
    """

    def __init__(
        self,
        optuna: Any,
        name: str,
        parameters: Sequence[Parameter],
        base: Configuration,
        *,
        seed: int,
        objectives: int,
    ) -> None:
        self._optuna, self._name, self._base = optuna, name, base
        self._values = {one.name: self._order(one) for one in parameters}
        self._distributions = {one.name: self._distribution(one) for one in parameters}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Optuna has left experimental for years
            sampler = self._sampler(seed, {one.name: one.default for one in parameters})
        self._study = optuna.create_study(sampler=sampler, directions=["minimize"] * objectives)

    def ask(self, space: Space, rest: Configuration) -> tuple[Any, Configuration]:
        """Its own name for it, and the configuration."""
        asked = self._study.ask(self._distributions)
        chosen = {name: self._value(name, one) for name, one in asked.params.items()}
        return asked, space.normalized({**rest, **chosen})

    def tell(self, asked: Any, costs: Sequence[float]) -> None:
        """No costs: nothing came of it."""
        failed = self._optuna.trial.TrialState.FAIL
        if costs:
            self._study.tell(asked, list(costs))
        else:
            self._study.tell(asked, state=failed)

    def add(self, trials: Iterable[Trial], space: Space) -> None:
        """What was found elsewhere; of its configurations only what varies here is seen."""
        self._study.add_trials([self._frozen(one, space) for one in trials])

    def _sampler(self, seed: int, defaults: Mapping[str, str]) -> Any:
        samplers = self._optuna.samplers
        if self._name == "cmaes":
            base = {**defaults, **self._base}
            start = {name: self._place(name, base[name]) for name in self._values}
            several = len(start) > 1
            return samplers.CmaEsSampler(seed=seed, x0=start, use_separable_cma=several)
        if self._name == "nsga2":
            return samplers.NSGAIISampler(seed=seed, population_size=POPULATION)
        if self._name == "tpe":
            return samplers.TPESampler(seed=seed, multivariate=True)
        return samplers.RandomSampler(seed=seed)

    def _order(self, parameter: Parameter) -> Sequence[str]:
        """Where all are numbers, of what has no order the default is in the middle."""
        if parameter.ordered or self._name != "cmaes":
            return parameter.values
        middle = len(parameter.others) // 2
        return (*parameter.others[:middle], parameter.default, *parameter.others[middle:])

    def _distribution(self, parameter: Parameter) -> Any:
        """Ordered values are numbers to a sampler, their places, where they are many."""
        distributions = self._optuna.distributions
        is_quantity = parameter.ordered and len(parameter.values) > _FEW_VALUES
        if is_quantity or self._name == "cmaes":
            return distributions.IntDistribution(0, len(parameter.values) - 1)
        return distributions.CategoricalDistribution(parameter.values)

    def _value(self, name: str, chosen: Any) -> str:
        return self._values[name][chosen] if isinstance(chosen, int) else str(chosen)

    def _place(self, name: str, value: str) -> Any:
        categorical = self._optuna.distributions.CategoricalDistribution
        is_named = isinstance(self._distributions[name], categorical)
        return value if is_named else self._values[name].index(value)

    def _frozen(self, trial: Trial, space: Space) -> Any:
        given = trial.configuration
        return self._optuna.trial.create_trial(
            params={name: self._place(name, space.value(given, name)) for name in self._values},
            distributions=self._distributions,
            values=list(trial.costs),
            system_attrs={_GENERATION: 0},
        )

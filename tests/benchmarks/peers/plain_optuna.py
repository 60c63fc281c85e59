"""Optuna's default search as it comes: one study of all parameters, TPE with its own settings."""

from __future__ import annotations

from typing import Any

import optuna

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.space import Space, key_of
from ck_core.domain.tuning.strategy import Problem, Trial


class PlainOptuna:
    """What it asks for twice is answered by whoever asks it."""

    def __init__(self, problem: Problem) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._space = problem.space
        self._distributions = {one.name: distribution_of(one) for one in problem.space.parameters}
        self._asked: dict[object, list[Any]] = {}
        sampler = optuna.samplers.TPESampler(seed=problem.seed)
        directions = [optuna.study.StudyDirection.MINIMIZE] * problem.objectives
        self._study = optuna.create_study(sampler=sampler, directions=directions)

    def ask(self) -> Configuration | None:
        asked = self._study.ask(self._distributions)
        found = configuration_of(asked.params, self._space)
        self._asked.setdefault(key_of(found), []).append(asked)
        return found

    def tell(self, trial: Trial) -> None:
        """What it has not asked for, where every search begins, is added to the study."""
        waiting = self._asked.get(key_of(trial.configuration))
        if waiting:
            failed = None if trial.costs else optuna.trial.TrialState.FAIL
            self._study.tell(waiting.pop(0), self._costs(trial) or None, state=failed)
        elif trial.costs:
            self._study.add_trial(self._frozen(trial))

    def _frozen(self, trial: Trial) -> Any:
        values = {
            name: self._space.value(trial.configuration, name) for name in self._distributions
        }
        by_name = self._space.by_name
        return optuna.trial.create_trial(
            params={name: place_of(by_name[name], value) for name, value in values.items()},
            distributions=self._distributions,
            values=self._costs(trial),
        )

    def _costs(self, trial: Trial) -> list[float]:
        return list(trial.costs[: len(self._study.directions)])


def distribution_of(parameter: Parameter) -> Any:
    """Ordered values are numbers: their places."""
    if parameter.ordered:
        return optuna.distributions.IntDistribution(0, len(parameter.values) - 1)
    return optuna.distributions.CategoricalDistribution(parameter.values)


def place_of(parameter: Parameter, value: str) -> str | int:
    return parameter.values.index(value) if parameter.ordered else value


def configuration_of(params: dict[str, Any], space: Space) -> Configuration:
    named = {
        name: space.by_name[name].values[one] if space.by_name[name].ordered else one
        for name, one in params.items()
    }
    return space.normalized(named)

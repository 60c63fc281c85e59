"""Screening: many values at once, a sparse model of what each does, the good ones built up.

Hundreds of values, few of which matter, and fewer trials than values: a supersaturated design. What
this is built from:

- random balance: several values in each trial, each about as often: F. Satterthwaite, Random
  Balance Experimentation, Technometrics 1, 1959; D. Lin, A New Class of Supersaturated Designs,
  Technometrics 35, 1993;
- sparse effects of single values, see ``sparse_effects``;
- which values come next is drawn from what their effects may be, so that promising and unknown ones
  are tried, each as often as it is likely to be the best: W. Thompson, 1933; for combinations:
  R. Baptista, M. Poloczek, Bayesian Optimization of Combinatorial Structures, ICML 2018;
- values that break a build are found as in group testing, see ``suspects``.

Trials are built on the best known configuration, so that the good are verified together, and on the
default, so that what is there by chance drops out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from random import Random

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History
from ck_core.strategies.moves import source_of
from ck_core.strategies.sparse_effects import Effect, SparseEffects
from ck_core.strategies.suspects import Suspects

_FROM_BEST = 0.7
"""Share of trials that are built on the best; the others on the default."""
_TIMES_EACH = 6.0
_USUAL_BUDGET = 200
_LEAST = 4.0
_SHRINK, _GROW = 0.8, 1.1
"""Of the number of unknown values, after a failure and a success: even at 30 % failures."""
_REFINING = 0.75
"""Of the budget, after which few unknown values are added to the best."""
_FEW = 8
_NOTICED = 0.004
_CREDIBLE = 0.5


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    value: str
    effects: tuple[Effect, ...]

    @property
    def expected(self) -> float:
        return sum([one.expected for one in self.effects])

    def drawn(self, source: Random) -> float:
        """What it may do, as likely as that is."""
        found = 0.0
        for one in self.effects:
            if source.random() < one.chance:
                found += source.gauss(one.mean, one.variance**0.5)
        return found


class Screening:
    """Adds so many unknown values at once that the budget lets it change each parameter six times.

    At least four; fewer where more than about every third trial fails, until fewer do.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._model = SparseEffects()
        self._suspects = Suspects()
        self._values = {
            one.name: [self._value(one, value) for value in one.others]
            for one in problem.space.parameters
        }
        self._count = sum(len(own) for own in self._values.values())
        self._turns: list[_Value] = []
        count, budget = len(problem.space.parameters), problem.evaluations or _USUAL_BUDGET
        self._most = max(min(max(_TIMES_EACH * count / budget, _LEAST), count / 4), 1.0)
        self._many = self._most
        self._told = 0

    def ask(self) -> Configuration | None:
        return self._history.fresh(self._proposed)

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        self._told += 1
        if not kept.costs:
            self._many = max(self._many * _SHRINK, 1.0)
            self._suspects.failed(kept.configuration, self._history.base)
            return
        self._many = min(self._many * _GROW, self._most)
        self._suspects.succeeded(kept.configuration, self._history.base)
        self._model.add(self._features(kept.configuration), self._history.relative(kept.cost))

    def _value(self, parameter: Parameter, value: str) -> _Value:
        effects = tuple(self._model.of(one) for one in features_of(parameter, value))
        return _Value(parameter.name, value, effects)

    def _proposed(self) -> Configuration:
        base = self._history.base if self._is_from_best() else {}
        sure: dict[str, str] = {}
        promising: list[tuple[float, str, str]] = []
        for one in self._history.space.parameters:
            gain, value = self._drawn(one, base)
            if value is None or not self._is_trusted(one.name, value):
                continue
            if value == one.default or self._is_credible(one.name, value):
                sure[one.name] = value
            else:
                promising.append((gain, one.name, value))
        changes = self._unknown(sorted(promising), sure, base)
        return self._history.space.changed(base, changes)

    def _is_from_best(self) -> bool:
        return self._is_refining or self._source.random() < _FROM_BEST

    @property
    def _is_refining(self) -> bool:
        budget = self._problem.evaluations
        return budget is not None and self._told >= budget * _REFINING

    def _drawn(self, parameter: Parameter, base: Configuration) -> tuple[float, str | None]:
        """The value whose effect is drawn best, and how far below the base's; None: the base's."""
        best, least, held = parameter.default, 0.0, base.get(parameter.name, parameter.default)
        of_held = 0.0
        for one in self._values[parameter.name]:
            effect = one.drawn(self._source)
            of_held = effect if one.value == held else of_held
            if effect < least:
                best, least = one.value, effect
        return least - of_held, best if least < of_held else None

    def _unknown(
        self, promising: list[tuple[float, str, str]], sure: dict[str, str], base: Configuration
    ) -> dict[str, str]:
        """Besides the sure ones: those that were drawn best, then those whose turn it is."""
        changes = {**sure}
        left = round(min(_FEW, self._many) if self._is_refining else self._many)
        for name, value in chain((one[1:] for one in promising), self._in_turn(base)):
            if left <= 0:
                break
            if name not in changes:
                changes[name] = value
                left -= 1
        return changes

    def _in_turn(self, base: Configuration) -> Iterator[tuple[str, str]]:
        """Values in random order, each once before one comes again; not those known to be worse."""
        for _ in range(self._count):
            if not self._turns:
                self._turns = [one for own in self._values.values() for one in own]
                self._source.shuffle(self._turns)
            one = self._turns.pop()
            is_open = one.name not in base and one.expected < _NOTICED
            if is_open and self._is_trusted(one.name, one.value):
                yield one.name, one.value

    def _is_trusted(self, name: str, value: str) -> bool:
        """By lot: the more it is to blame for failures, the less often."""
        return self._source.random() >= self._suspects.blame((name, value))

    def _is_credible(self, name: str, value: str) -> bool:
        found = next(one for one in self._values[name] if one.value == value)
        return found.expected < -_NOTICED and max(one.chance for one in found.effects) > _CREDIBLE

    def _features(self, configuration: Configuration) -> list[str]:
        by_name = self._history.space.by_name
        return [
            feature
            for name, value in configuration.items()
            for feature in features_of(by_name[name], value)
        ]


def features_of(parameter: Parameter, value: str) -> Iterator[str]:
    """The value; of a quantity also whether it is small or large, which neighbours share."""
    yield f"{parameter.name}\0{value}"
    scale = [one for one in parameter.values if one]
    if parameter.ordered and len(scale) > 2 and value in scale:
        yield f"{parameter.name}\0\0{'small' if scale.index(value) * 2 < len(scale) else 'large'}"

"""Screening: many values at once, a sparse model of what each does, the good ones built up.

Hundreds of values, few of which matter, and fewer trials than values: a supersaturated design. What
this is built from:

- random balance: many values in each trial, each about as often: F. Satterthwaite, Random
  Balance Experimentation, Technometrics 1, 1959; D. Lin, A New Class of Supersaturated Designs,
  Technometrics 35, 1993;
- half of all values where that does no harm, else fewer, see ``step_size``;
- what the starts vary (-O, -march, a profile) is the context that all other effects depend on, and
  seldom changed, as the whole plots of a split-plot design: G. Box, S. Jones, Split-Plot Designs
  for Robust Product Experimentation, Journal of Applied Statistics 19, 1992;
- sparse effects of single values, see ``sparse_effects``;
- which values come next is drawn from what their effects may be, so that promising and unknown ones
  are tried, each as often as it is likely to be the best: W. Thompson, 1933; for combinations:
  R. Baptista, M. Poloczek, Bayesian Optimization of Combinatorial Structures, ICML 2018;
- values that break a build are found as in group testing, see ``suspects``.

Trials are built on one of the best few, so that the good are verified together, and on the best of
other contexts, which may turn out better yet: niches, S. Mahfoud, Niching Methods for Genetic
Algorithms, 1995; some on a context alone, so that what is there by chance drops out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from math import exp
from random import Random

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History, digest
from ck_core.strategies.moves import best_of, source_of
from ck_core.strategies.sparse_effects import Effect, SparseEffects
from ck_core.strategies.step_size import StepSize
from ck_core.strategies.suspects import Suspects

_BASES, _TOURNAMENT = 5, 2
"""The best so many are built on, the better ones more often."""
_ELSEWHERE, _CONTEXTS = 0.3, 16
"""Share of trials that are built on the best of a context, half of them on the context alone; and
of how many contexts at most."""
_START = 3
"""Values that a start has at most; one with more is an earlier winner, and tells no context."""
_IN_CONTEXT = 0.1
"""How often a parameter of the context is changed when its turn comes."""
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
    """Starts that are told before the first ``ask`` tell the context."""

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._model = SparseEffects()
        self._suspects = Suspects()
        self._values = {
            one.name: [self._value(one, value) for value in one.others]
            for one in problem.space.parameters
        }
        self._many = StepSize(len(problem.space.parameters))
        self._turns: list[Parameter] = []
        self._context: set[str] = set()
        self._parent: Trial | None = None
        self._built_on: dict[bytes, float] = {}
        self._has_asked = False
        self._niches: list[Trial] = []

    def ask(self) -> Configuration | None:
        self._has_asked = True
        found = self._history.fresh(self._proposed)
        if found is not None and self._parent is not None:
            self._built_on[digest(found)] = self._parent.cost
        return found

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        if not self._has_asked and len(kept.configuration) <= _START:
            self._context.update(kept.configuration)
        self._adapt(kept)
        if not kept.costs:
            self._suspects.failed(kept.configuration, self._history.base)
            return
        self._settle(kept)
        self._suspects.succeeded(kept.configuration, self._history.base)
        self._model.add(self._features(kept.configuration), self._outcome(kept.cost))

    def _adapt(self, told: Trial) -> None:
        """How many values are changed; what others asked for counts only where it failed."""
        base = self._built_on.pop(digest(told.configuration), None)
        if not told.costs:
            self._many.failed()
        elif base is not None:
            relative = self._history.relative
            self._many.succeeded(relative(told.cost) - relative(base))

    def _outcome(self, cost: float) -> float:
        """Relative to the default; twice and twenty times as slow are about alike."""
        found = self._history.relative(cost)
        return found if found < 0 else 1 - exp(-found)

    def _value(self, parameter: Parameter, value: str) -> _Value:
        effects = tuple(self._model.of(one) for one in features_of(parameter, value))
        return _Value(parameter.name, value, effects)

    def _proposed(self) -> Configuration:
        base = self._base()
        sure: dict[str, str] = {}
        promising: list[tuple[float, str, str]] = []
        for one in self._history.space.parameters:
            gain, value = self._drawn(one, base)
            if value is None or not self._is_trusted(one.name, value):
                continue
            if value == one.default or self._is_credible(one.name, value):
                sure[one.name] = value
            elif self._is_open(one.name):
                promising.append((gain, one.name, value))
        changes = self._unknown(sorted(promising), sure, base)
        return self._history.space.changed(base, changes)

    def _base(self) -> Configuration:
        """Of one of the best, or of the best of a context; without what breaks the best."""
        is_elsewhere = self._source.random() < _ELSEWHERE
        ranked = self._niches if is_elsewhere else self._distinct
        self._parent = best_of(_TOURNAMENT, ranked, self._source) if ranked else None
        if self._parent is None:
            return {}
        whole = self._parent.configuration
        is_alone = is_elsewhere and self._source.random() < 0.5
        base = self._context_of(whole) if is_alone else whole
        return {name: value for name, value in base.items() if self._is_trusted(name, value)}

    @property
    def _distinct(self) -> list[Trial]:
        """The best few; of equal costs, which are the same code, the first."""
        elites = self._history.elites
        return [next(alike) for _, alike in groupby(elites, lambda one: one.cost)][:_BASES]

    def _context_of(self, configuration: Configuration) -> Configuration:
        return {name: value for name, value in configuration.items() if name in self._context}

    def _settle(self, trial: Trial) -> None:
        """Niches, the best of each context: none is given up early."""
        own = self._context_of(trial.configuration)
        at_home = [one for one in self._niches if self._context_of(one.configuration) == own]
        if at_home and at_home[0].cost <= trial.cost:
            return
        others = [one for one in self._niches if one not in at_home]
        self._niches = sorted([*others, trial], key=lambda one: one.cost)[:_CONTEXTS]

    def _is_open(self, name: str) -> bool:
        """By lot: the context seldom changes."""
        return name not in self._context or self._source.random() < _IN_CONTEXT

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
        left = round(self._many.value)
        for name, value in chain((one[1:] for one in promising), self._in_turn(base)):
            if left <= 0:
                break
            if name not in changes:
                changes[name] = value
                left -= 1
        return changes

    def _in_turn(self, base: Configuration) -> Iterator[tuple[str, str]]:
        """Parameters in random order, each once before one comes again; a value not known worse."""
        for _ in filter(None, self._values.values()):
            if not self._turns:
                varied = [one for one in self._history.space.parameters if one.others]
                self._turns = self._source.sample(varied, len(varied))
            one = self._turns.pop()
            held = base.get(one.name, one.default)
            value = self._source.choice([other for other in one.values if other != held])
            is_open = self._is_open(one.name) and self._expected(one, value) < _NOTICED
            if is_open and self._is_trusted(one.name, value):
                yield one.name, value

    def _expected(self, parameter: Parameter, value: str) -> float:
        if value == parameter.default:
            return 0.0
        return self._known(parameter.name, value).expected

    def _is_trusted(self, name: str, value: str) -> bool:
        """By lot: the more it is to blame for failures, the less often."""
        return self._source.random() >= self._suspects.blame((name, value))

    def _is_credible(self, name: str, value: str) -> bool:
        found = self._known(name, value)
        return found.expected < -_NOTICED and max(one.chance for one in found.effects) > _CREDIBLE

    def _known(self, name: str, value: str) -> _Value:
        return next(one for one in self._values[name] if one.value == value)

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

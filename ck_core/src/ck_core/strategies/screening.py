"""Screening: many values at once, a sparse model of what each does, the good ones built up.

Hundreds of values, few of which matter, and fewer trials than values: a supersaturated design. What
this is built from:

- random balance: many values in each trial, each about as often: F. Satterthwaite, Random
  Balance Experimentation, Technometrics 1, 1959; D. Lin, A New Class of Supersaturated Designs,
  Technometrics 35, 1993;
- half of all values where that does no harm, else fewer, see ``step_size``;
- what the starts vary (-O, -march, a profile) is the context that all other effects depend on, and
  seldom changed, see ``niches``;
- sparse effects of single values, see ``sparse_effects``;
- which values come next is drawn from what their effects may be, so that promising and unknown ones
  are tried, each as often as it is likely to be the best: W. Thompson, 1933; for combinations:
  R. Baptista, M. Poloczek, Bayesian Optimization of Combinatorial Structures, ICML 2018;
- values that break a build are found as in group testing, see ``suspects``;
- what does good only together is kept together where two of the best are crossed, and found by far
  steps, which are taken when near ones have gained nothing for a while, see ``patience``.

Trials are built on one of the best few, so that the good are verified together, and on the best of
other contexts, which may turn out better yet; some on a context alone, so that what is there by
chance drops out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from math import exp

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History, digest
from ck_core.strategies.moves import best_of, crossed, source_of
from ck_core.strategies.niches import Niches
from ck_core.strategies.patience import Patience
from ck_core.strategies.step_size import StepSize
from ck_core.strategies.suspects import Suspects
from ck_core.strategies.value_effects import ValueEffects

_BASES, _TOURNAMENT = 5, 2
"""The best so many are built on, the better ones more often."""
_START = 3
"""Values that a start has at most; one with more is an earlier winner, and tells no context."""
_FAR, _FAR_CROSSED = 0.5, 0.5
"""Share of far steps while the search stands, and of those that cross two trials first."""
_CROSSED, _CROSSED_STEP = 0.2, 4
"""Share of other trials that cross two; they change so many times fewer values besides."""
_ELSEWHERE, _ALONE = 0.2, 0.25
"""Share of the rest that is built on the best of a context; of these, on the context alone."""
_IN_CONTEXT, _IN_CONTEXT_FAR = 0.1, 0.3
"""How often a parameter of the context is changed when its turn comes."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A trial on its way: the cost of what it was built on, and whether it is a far one."""

    parent_cost: float
    is_far: bool


class Screening:
    """Starts that are told before the first ``ask`` tell the context."""

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._effects = ValueEffects(problem.space)
        self._suspects = Suspects()
        self._niches = Niches()
        self._patience = Patience()
        self._many = StepSize(len(problem.space.parameters))
        self._varied = [one for one in problem.space.parameters if one.others]
        self._turns: list[Parameter] = []
        self._parent: Trial | None = None
        self._is_far = False
        self._on_their_way: dict[bytes, _Step] = {}
        self._has_asked = False

    def ask(self) -> Configuration | None:
        self._has_asked = True
        found = self._history.fresh(self._proposed)
        if found is not None and self._parent is not None:
            self._on_their_way[digest(found)] = _Step(self._parent.cost, self._is_far)
        return found

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        if not self._has_asked and len(kept.configuration) <= _START:
            self._niches.learn(kept.configuration)
        self._adapt(kept)
        if not kept.costs:
            self._suspects.failed(kept.configuration, self._history.base)
            return
        self._niches.settle(kept)
        self._suspects.succeeded(kept.configuration, self._history.base)
        self._effects.add(kept.configuration, self._outcome(kept.cost))

    def _adapt(self, told: Trial) -> None:
        """How many values are changed; far steps tell nothing of that, and what others asked for
        only where it failed.
        """
        relative = self._history.relative
        step = self._on_their_way.pop(digest(told.configuration), None)
        if self._history.best:
            self._patience.told(relative(self._history.best.cost), len(self._on_their_way))
        if step and step.is_far:
            return
        if not told.costs:
            self._many.failed()
        elif step:
            self._many.succeeded(relative(told.cost) - relative(step.parent_cost))

    def _outcome(self, cost: float) -> float:
        """Relative to the default; twice and twenty times as slow are about alike."""
        found = self._history.relative(cost)
        return found if found < 0 else 1 - exp(-found)

    def _proposed(self) -> Configuration:
        best, niches = self._distinct, self._niches.near(self._history.relative)
        self._is_far = self._patience.is_over and self._source.random() < _FAR
        if self._is_far:
            return self._far(best, niches)
        if len(best) > 1 and self._source.random() < _CROSSED:
            return self._crossed(best, niches)
        return self._built_up(best, niches)

    def _far(self, best: list[Trial], niches: list[Trial]) -> Configuration:
        """Many values changed, of the context as well, wherever it is not hopeless."""
        self._parent = self._source.choice(niches)
        base = self._trusted(self._parent.configuration)
        if self._source.random() < _FAR_CROSSED:
            other = self._source.choice(best + niches).configuration
            base = crossed(self._history.space, base, self._trusted(other), self._source)
        return self._stepped(base, self._many.far(self._source))

    def _crossed(self, best: list[Trial], niches: list[Trial]) -> Configuration:
        """Of two good ones, in the context of the better."""
        self._parent = best_of(_TOURNAMENT, best, self._source)
        own = self._parent.configuration
        other = self._niches.moved(self._source.choice(best + niches).configuration, own)
        child = crossed(self._history.space, own, other, self._source)
        return self._stepped(child, self._many.value / _CROSSED_STEP)

    def _stepped(self, base: Configuration, step: float) -> Configuration:
        changes = islice(self._in_turn(base), max(round(step), 1))
        return self._history.space.changed(base, dict(changes))

    def _built_up(self, best: list[Trial], niches: list[Trial]) -> Configuration:
        """What is known to be good, what promises to be, and what has not been tried for long."""
        base = self._base(best, niches)
        sure: dict[str, str] = {}
        promising: list[tuple[float, str, str]] = []
        for one in self._history.space.parameters:
            held = base.get(one.name, one.default)
            gain, value = self._effects.drawn(one, held, self._source)
            if value is None or not self._is_trusted(one.name, value):
                continue
            if value == one.default or self._effects.is_credible(one.name, value):
                sure[one.name] = value
            elif self._is_open(one.name):
                promising.append((gain, one.name, value))
        changes = self._unknown(sorted(promising), sure, base)
        return self._history.space.changed(base, changes)

    def _base(self, best: list[Trial], niches: list[Trial]) -> Configuration:
        """Of one of the best, or of the best of a context; without what breaks the best."""
        is_elsewhere = self._source.random() < _ELSEWHERE
        ranked = niches if is_elsewhere else best
        self._parent = best_of(_TOURNAMENT, ranked, self._source) if ranked else None
        if self._parent is None:
            return {}
        whole = self._parent.configuration
        is_alone = is_elsewhere and self._source.random() < _ALONE
        return self._trusted(self._niches.of(whole) if is_alone else whole)

    @property
    def _distinct(self) -> list[Trial]:
        """The best few; of equal costs, which are the same code, the first."""
        elites = self._history.elites
        return [next(alike) for _, alike in groupby(elites, lambda one: one.cost)][:_BASES]

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
        for _ in self._varied:
            if not self._turns:
                self._turns = self._source.sample(self._varied, len(self._varied))
            one = self._turns.pop()
            held = base.get(one.name, one.default)
            value = self._source.choice([other for other in one.values if other != held])
            is_open = self._is_open(one.name) and not self._effects.is_worse(one, value)
            if is_open and self._is_trusted(one.name, value):
                yield one.name, value

    def _is_open(self, name: str) -> bool:
        """By lot: the context seldom changes."""
        if name not in self._niches.context:
            return True
        return self._source.random() < (_IN_CONTEXT_FAR if self._is_far else _IN_CONTEXT)

    def _trusted(self, configuration: Configuration) -> Configuration:
        """Without what depends on what was dropped, too."""
        kept = {name: one for name, one in configuration.items() if self._is_trusted(name, one)}
        return self._history.space.normalized(kept)

    def _is_trusted(self, name: str, value: str) -> bool:
        """By lot: the more it is to blame for failures, the less often."""
        return self._source.random() >= self._suspects.blame((name, value))

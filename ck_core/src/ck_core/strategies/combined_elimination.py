"""Combined elimination: what hurts is removed in batches, then tested again on what is left.

Z. Pan, R. Eigenmann, Fast and Effective Orchestration of Compiler Optimizations for Automatic
Performance Tuning, CGO 2006. There: from all options on, the relative improvement of dropping each
one is measured; the one that hurts most is removed, and the others that seemed to hurt are tried
again, in that order, on the new base; until none hurts.

Differences, for hundreds of options and budgets of 50 to 200: groups of options are dropped at
once, and groups shrink where none helped; the base is the better of all-on and the best known; to
drop an option is to take its default, or another value where it has that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem
from ck_core.strategies.moves import other_value
from ck_core.strategies.planned import Plan, PlannedSearch

_NOISE = 0.005
"""An improvement by less is none."""
_FEWEST, _MOST = 6, 40
_ROUNDS = 6
_SINGLES_IN_VAIN = 3


class CombinedElimination(PlannedSearch):
    """Rounds of as many groups as leave the budget some rounds."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        budget = (problem.evaluations or _MOST * _ROUNDS) // _ROUNDS
        self._groups = min(max(budget, _FEWEST), _MOST, len(problem.space.parameters))

    def _plan(self) -> Plan:
        space = self._history.space
        yield [space.changed(self._history.base, self._all_on())]
        size, in_vain = -(-len(space.parameters) // self._groups), 0
        while in_vain < _SINGLES_IN_VAIN:
            base = self._history.base
            before = self._history.best.cost if self._history.best else inf
            drops = self._drops(base, size)
            costs = yield [space.changed(base, one) for one in drops]
            hurting = self._hurting(before, costs, drops)
            # The worst is gone already: without it is now the best known.
            for one in hurting[1:]:
                yield [space.changed(self._history.base, one)]
            in_vain = in_vain + 1 if size == 1 and not hurting else 0
            size = size if hurting else max(size // 2, 1)

    def _all_on(self) -> Configuration:
        """The first other value of each switch; quantities have no on."""
        switches = [one for one in self._history.space.parameters if not one.ordered]
        return {one.name: one.others[0] for one in switches if one.others and not one.default}

    def _drops(self, base: Configuration, size: int) -> list[Configuration]:
        """Groups of parameters, drawn at random, none in two; each as what it changes."""
        parameters = self._history.space.parameters
        drawn = self._source.sample(parameters, min(size * self._groups, len(parameters)))
        starts = range(0, len(drawn), size)
        return [
            {one.name: self._dropped(one, base) for one in drawn[at : at + size]} for at in starts
        ]

    def _dropped(self, parameter: Parameter, base: Configuration) -> str:
        value = self._history.space.value(base, parameter.name)
        if value != parameter.default and not parameter.ordered:
            return parameter.default
        return other_value(parameter, value, self._source)

    def _hurting(
        self, before: float, costs: Sequence[float], drops: Sequence[Configuration]
    ) -> list[Configuration]:
        """What it is better without, the worst first."""
        limit = self._history.relative(before) - _NOISE
        gains = [(self._history.relative(cost), at) for at, cost in enumerate(costs)]
        return [drops[at] for gain, at in sorted(gains) if gain < limit]

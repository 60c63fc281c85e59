"""Mutation of one coherent group of options around history's best.

B. Gao and others, GroupTuner: Efficient Group-Aware Compiler Auto-tuning, LCTES 2025
(arXiv:2505.08598): no attempt to tell which options matter; one group is drawn anew at a time, all
others keep the values they have in one of the best configurations so far. There groups come from
the compiler's sources and documentation; here from the names of the parameters.
"""

from __future__ import annotations

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History
from ck_core.strategies.moves import best_of, changed_at, source_of
from ck_core.strategies.name_groups import groups_of

_ELITES = 6
_SHARES = (0.15, 0.3, 0.5)
"""Of a group that are changed: whole groups drawn anew break too often."""


class GroupMutation:
    """Groups take turns in a random order, so that each is tried before one is tried twice."""

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._groups = groups_of(problem.space.parameters, self._source)
        self._turns: list[tuple[Parameter, ...]] = []

    def ask(self) -> Configuration | None:
        return self._history.fresh(self._mutant)

    def tell(self, trial: Trial) -> None:
        self._history.told(trial)

    def _mutant(self) -> Configuration:
        source = self._source
        ranked = [one.configuration for one in self._history.elites[:_ELITES]]
        parent = best_of(2, ranked, source) if ranked else {}
        if not self._turns:
            self._turns = source.sample(self._groups, len(self._groups))
        group, share = self._turns.pop(), source.choice(_SHARES)
        drawn = [one for one in group if source.random() < share] or [source.choice(group)]
        return changed_at(self._history.space, parent, drawn, source)

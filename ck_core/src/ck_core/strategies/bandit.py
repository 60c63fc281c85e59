"""A bandit over strategies: who found new bests lately asks more often.

J. Ansel and others, OpenTuner: An Extensible Framework for Program Autotuning, PACT 2014: the area
under the curve of each strategy's successes in a sliding window, which weighs late ones more, plus
a bonus for those that were seldom used; after A. Fialho and others, Analyzing Bandit-based Adaptive
Operator Selection Mechanisms, 2010. Every trial is told to all strategies.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import inf, log, sqrt

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Strategy, StrategyFactory, Trial
from ck_core.strategies.flag_tree import FlagTree
from ck_core.strategies.genetic import Genetic
from ck_core.strategies.group_mutation import GroupMutation
from ck_core.strategies.hill_climbing import HillClimbing
from ck_core.strategies.history import History, digest
from ck_core.strategies.moves import source_of
from ck_core.strategies.screening import Screening

_WINDOW = 500
_EXPLORATION = 0.05
_MEMBERS: tuple[StrategyFactory, ...] = (
    HillClimbing,
    GroupMutation,
    Genetic,
    FlagTree,
    Screening,
)


class Bandit:
    """Attributes: uses: who proposed, and whether that was a new best; the last 500."""

    def __init__(self, problem: Problem, members: Sequence[StrategyFactory] = _MEMBERS) -> None:
        self._members: list[Strategy | None] = [make(problem) for make in members]
        self._history = History(problem.space)
        self._source = source_of(problem.seed, "bandit")
        self._owners: dict[bytes, int] = {}
        self.uses: deque[tuple[int, bool]] = deque(maxlen=_WINDOW)

    def ask(self) -> Configuration | None:
        for at in self._by_score():
            asked = self._asked(at)
            if asked is not None:
                return asked
        return None

    def tell(self, trial: Trial) -> None:
        before = self._history.best
        kept = self._history.told(trial)
        if kept is None:
            return
        owner = self._owners.pop(digest(kept.configuration), None)
        if owner is not None:
            self.uses.append((owner, self._history.best is not before))
        for one in self._members:
            if one is not None:
                one.tell(kept)

    def _asked(self, at: int) -> Configuration | None:
        """New to all; a strategy that has nothing left to try is left out from then on."""
        one = self._members[at]
        while one is not None:
            asked = one.ask()
            if asked is None:
                self._members[at] = None
                return None
            if self._history.claim(asked):
                self._owners[digest(asked)] = at
                return asked
        return None

    def _by_score(self) -> list[int]:
        """Members, the one to ask first; equals in random order."""
        waiting = list(self._owners.values())
        total = len(self.uses) + len(waiting)
        alive = [at for at, one in enumerate(self._members) if one is not None]
        order = self._source.sample(alive, len(alive))
        return sorted(order, key=lambda at: -self._score(at, waiting.count(at), total))

    def _score(self, at: int, waiting: int, total: int) -> float:
        own = [success for owner, success in self.uses if owner == at]
        count = len(own) + waiting
        if not count:
            return inf
        return area(own) + _EXPLORATION * sqrt(2 * log(total) / count)


def area(successes: Sequence[bool]) -> float:
    """Under the curve that climbs by one at each success, oldest first; of the largest possible."""
    count = len(successes)
    reached = sum(at for at, success in enumerate(successes, start=1) if success)
    return reached * 2 / (count * (count + 1)) if count else 0.0

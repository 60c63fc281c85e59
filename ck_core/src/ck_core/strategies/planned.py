"""A search whose rounds are planned: a round's answers decide the next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Generator, Sequence

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History, digest
from ck_core.strategies.moves import mutated, source_of

Plan = Generator[Sequence[Configuration], Sequence[float], None]
"""Yields configurations of a round, is sent their costs, infinite where one failed."""
_IDLE_CHANGES = 8
_ROUNDS = 20
"""In one ``ask`` at most: a plan may go round in what is known."""


class PlannedSearch(ABC):
    """Runs a plan; while answers are outstanding, and after its end, it changes the best a little.

    The plan begins with the first ``ask``: what every search begins with is told by then.
    """

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._costs: dict[bytes, float] = {}
        self._round: list[bytes] = []
        self._queue: deque[Configuration] = deque()
        self._running: Plan | None = None
        self._ended = False

    @abstractmethod
    def _plan(self) -> Plan:
        """The whole search."""

    def ask(self) -> Configuration | None:
        if self._running is None:
            self._running = self._plan()
            self._begin(next(self._running, None))
        for _ in range(_ROUNDS):
            if (asked := self._next_new()) is not None:
                return asked
            if self._ended or not all(one in self._costs for one in self._round):
                break
            self._begin(self._answered())
        space, source = self._history.space, self._source
        return self._history.fresh(
            lambda: mutated(space, self._history.base, source, _IDLE_CHANGES)
        )

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is not None:
            self._costs[digest(kept.configuration)] = kept.cost

    def _next_new(self) -> Configuration | None:
        """Of the round; what is known or was asked for already needs no asking."""
        while self._queue:
            if self._history.claim(one := self._queue.popleft()):
                return one
        return None

    def _answered(self) -> Sequence[Configuration] | None:
        """The next round; None where the plan ends."""
        if self._running is None:
            return None
        try:
            return self._running.send([self._costs[one] for one in self._round])
        except StopIteration:
            return None

    def _begin(self, configurations: Sequence[Configuration] | None) -> None:
        self._ended = configurations is None
        self._queue = deque(configurations or ())
        self._round = [digest(one) for one in configurations or ()]

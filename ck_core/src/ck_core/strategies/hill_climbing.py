"""Hill climbing with restarts: from the best known, a few changes at a time.

The number of changes is heavy-tailed, so that one walk takes small and large steps: B. Doerr and
others, Fast Genetic Algorithms, GECCO 2017. Restarts: S. Russell, P. Norvig, Artificial
Intelligence, chapter on local search.
"""

from __future__ import annotations

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History, digest
from ck_core.strategies.moves import mutated, source_of

_PATIENCE = 80
_STEP = 8
"""Changes at most, from where the walk stands."""


class HillClimbing:
    """Stands on the best of this walk; a better trial from elsewhere takes it there."""

    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._patience = max(_PATIENCE, len(problem.space.parameters) // 2)
        self._here: Trial | None = None
        self._restart: bytes | None = None
        self._in_vain = 0

    def ask(self) -> Configuration | None:
        if self._in_vain >= self._patience and self._restart is None:
            return self._restarted()
        return self._history.fresh(self._step)

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        if self._restart == digest(kept.configuration):
            self._restart, self._in_vain = None, 0
            self._here = kept if kept.costs else self._history.best
        elif kept.costs and (self._here is None or kept.cost < self._here.cost):
            self._here, self._in_vain = kept, 0
        else:
            self._in_vain += 1

    def _step(self) -> Configuration:
        here = self._here.configuration if self._here else {}
        return mutated(self._history.space, here, self._source, _STEP)

    def _restarted(self) -> Configuration | None:
        """Far from the best known, but not where nothing of it is left: most of that fails."""
        found = self._history.fresh(
            lambda: mutated(self._history.space, self._history.base, self._source)
        )
        self._restart = digest(found) if found is not None else None
        return found

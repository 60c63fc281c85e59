"""Only what matters of a winner: halves are dropped, then halves of halves."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ck_core.analysis.comparison import Comparison, Scale, Verdict
from ck_core.analysis.tuning_ending import REDUCED, WINNER
from ck_core.domain.install import Progress
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import Budget
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import Space
from ck_core.tuning.finals import compared, measured_beside
from ck_core.tuning.journal import Journal
from ck_core.tuning.workshop import Workshop

LOSS = 0.01
"""What all that was dropped may cost together, if it cannot be told from noise."""
PAIRS = 12
_USUAL_S = 1800.0
"""Enough for it to end by itself, for nearly all programs."""
_SHORTEST_S = 60.0
_FIRST_PAIRS = 4
_CLEAR_LOSS = 0.04
"""At which, after the first pairs, nothing more is measured."""


def reduction_limit_s(budget: Budget, searched_s: float) -> float:
    """As much again as the user gave the search; else half an hour, or what the search took."""
    if budget.max_time_s is not None:
        return max(_SHORTEST_S, budget.max_time_s)
    return max(_USUAL_S, searched_s)


@dataclass
class Reduction:
    """Delta debugging (A. Zeller, R. Hildebrandt, Simplifying and Isolating Failure-Inducing
    Input, 2002) with "not slower than the winner" as the test. Every attempt is compared with the
    winner itself, so that small losses do not add up. The same code needs no measuring.

    Attributes:
        names: of the winner's values, what may matter least first: halves of that order are
            likelier to be dropped whole.
        limit_s: after which whatever is left stays.
    """

    winner: Configuration
    names: Sequence[str]
    workshop: Workshop
    journal: Journal
    objective: Objective
    limit_s: float
    tell: Progress

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.limit_s
        self._kept = dict(self.winner)
        (winner,) = self.workshop.built([self.winner])  # stays: all attempts run beside it
        self._identity = winner.identity
        self._decided = 0

    @property
    def space(self) -> Space:
        return self.workshop.space

    @property
    def undecided(self) -> int:
        """Values that it had no time for, and kept."""
        return len(self.winner) - self._decided

    def run(self) -> Configuration:
        """Raises StorageError, KeyboardInterrupt."""
        self._drop(self.names)
        return self.space.normalized(self._kept)

    def _drop(self, names: Sequence[str]) -> None:
        if not names or time.monotonic() >= self._ends:
            return
        attempt = {name: value for name, value in self._kept.items() if name not in names}
        if self._is_as_good(self.space.normalized(attempt)):
            self._kept = attempt
            self._count(len(names))
        elif len(names) == 1:
            self._count(1)
        else:
            middle = len(names) // 2
            self._drop(names[:middle])
            self._drop(names[middle:])

    def _count(self, more: int) -> None:
        self._decided += more
        self.tell(self._told(), self._decided, len(self.winner))

    def _told(self) -> str:
        left_s = timedelta(seconds=round(max(0.0, self._ends - time.monotonic())))
        return f"{len(self._kept)} left, at most {left_s} more"

    def _is_as_good(self, attempt: Configuration) -> bool:
        if not self.space.allows(attempt):
            return False
        if self.workshop.is_exact:  # equal in memory may differ in the file
            return self._is_near(attempt, 1, 0.0)
        (built,) = self.workshop.built([attempt])  # once for all that is measured of it
        try:
            is_same = bool(built.identity) and built.identity == self._identity
            return is_same or self._is_in_time(attempt)
        finally:
            self.workshop.discard(built)

    def _is_in_time(self, attempt: Configuration) -> bool:
        return self._is_near(attempt, _FIRST_PAIRS, _CLEAR_LOSS) and self._is_near(
            attempt, PAIRS, LOSS
        )

    def _is_near(self, attempt: Configuration, pairs: int, loss: float) -> bool:
        """Neither slower than the winner for certain, nor by more than that loss.

        What the winner holds of the constraints, it must hold as well.
        """
        roles = {WINNER: self.winner, REDUCED: attempt}
        winner, reduced = measured_beside(roles, pairs, self.workshop, self.journal)
        if winner.failed or reduced.failed or {*reduced.breaks} - {*winner.breaks}:
            return False
        comparison = compared(reduced, winner, self.objective).comparison
        usual = self.objective.cost_in(winner.point.metrics) or 0.0
        return comparison.verdict is not Verdict.SLOWER and not _loses(comparison, loss, usual)


def _loses(comparison: Comparison, loss: float, usual: float) -> bool:
    """Args: usual: the winner's cost, of which the loss is a part where gains are differences."""
    effect = comparison.effect
    if effect is None:
        return True
    whole = 1.0 if effect.scale is Scale.RATIO else abs(usual)
    return effect.estimate < effect.neutral - loss * whole

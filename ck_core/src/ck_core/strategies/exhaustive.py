"""Every configuration once."""

from __future__ import annotations

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Problem, Trial


class Exhaustive:
    """The default first, then the last parameter changing fastest."""

    def __init__(self, problem: Problem) -> None:
        self._left = problem.space.all()

    def ask(self) -> Configuration | None:
        return next(self._left, None)

    def tell(self, trial: Trial) -> None:
        """Whatever it was, the next comes."""

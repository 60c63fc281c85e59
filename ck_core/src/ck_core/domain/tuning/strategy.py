"""The interface of a strategy: asked for configurations, told what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import Space

FAILURES = ("build", "run", "timeout", "output", "constraint")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A configuration, and what became of it.

    Attributes:
        costs: one for each objective, smaller is better whatever the objective is; empty where
            it failed.
        failure: what it failed of, one of FAILURES; empty where it did not.
    """

    configuration: Configuration
    costs: tuple[float, ...] = ()
    failure: str = ""

    @property
    def cost(self) -> float:
        """Of the first objective; infinite where it failed."""
        return self.costs[0] if self.costs else float("inf")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What a strategy is made for.

    Attributes:
        objectives: how many costs each trial has.
        seed: the same seed and the same trials give the same configurations, on every machine.
        evaluations: how many trials there will be at most; None where only time ends it.
    """

    space: Space
    seed: int
    objectives: int = 1
    evaluations: int | None = None


class Strategy(Protocol):
    """One search.

    ``ask`` may be called several times before the answers are told: programs are built side by
    side. Trials nobody asked for are told as well, first those that every search begins with:
    the default, -O levels, what earlier experiments found. What is asked for twice is answered
    from memory. A strategy is a function of its problem and of what it was told, and of nothing
    else: so a search that was interrupted goes on where it stood.
    """

    def ask(self) -> Configuration | None:
        """What to try next, allowed by the space; None when nothing is left to try."""

    def tell(self, trial: Trial) -> None:
        """What became of one, in the order of asking."""


StrategyFactory = Callable[[Problem], Strategy]

"""What a search shall make small or large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ck_core.domain.metric import Metric, is_time
from ck_core.errors import UsageError

EXACT = frozenset({"size_bytes"})
"""Metrics of a build: one is enough, and no run says anything else."""


@dataclass(frozen=True, kw_only=True)
class Objective:
    """A metric by its name; small is good unless ``maximize``."""

    metric: str = "wall_s"
    maximize: bool = False

    @property
    def is_time(self) -> bool:
        return is_time(self.metric)

    @property
    def is_exact(self) -> bool:
        return self.metric in EXACT

    def cost(self, value: float) -> float:
        """Smaller is better."""
        return -value if self.maximize else value

    def cost_in(self, metrics: Mapping[str, Metric]) -> float | None:
        """Of the metric's one value, or median; None where it was not measured."""
        metric = metrics.get(self.metric)
        return None if metric is None or metric.value is None else self.cost(float(metric.value))


def objectives_of(small: Sequence[str], large: Sequence[str]) -> tuple[Objective, ...]:
    """Of metrics that shall be small, then large."""
    return (
        *(Objective(metric=one) for one in small),
        *(Objective(metric=one, maximize=True) for one in large),
    )


def checked_objectives(objectives: tuple[Objective, ...]) -> tuple[Objective, ...]:
    """Raises UsageError: there is none, or one twice."""
    names = [one.metric for one in objectives]
    if not names:
        raise UsageError("a search needs an objective", hint="--objective wall_s")
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise UsageError(f"{twice} is an objective twice", hint="name each once")
    return objectives

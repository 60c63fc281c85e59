"""What a search found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ck_core.analysis.point_comparison import Compared
from ck_core.analysis.tuning_ending import AS_IT_IS, Ending, ending_of
from ck_core.domain.component import Component
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.space import Space
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.memory import Finding


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Of the winner over one baseline."""

    baseline: Finalist
    compared: Compared


@dataclass(frozen=True, kw_only=True)
class TuningOutcome:
    """A search that ended, or was interrupted.

    Attributes:
        uid: of the search; its points carry it.
        findings: every trial, in order.
        failures: how many failed of what.
        winner: None where it was interrupted before its finals, or has several objectives; of use
            only where ``is_proved``.
        gains: of the winner over each baseline, from runs beside each other.
        finalists: all that were measured again.
        frontier: those of them that nothing beats, where there are several objectives.
    """

    experiment: Component
    uid: str
    strategy: str
    seed: int
    space: Space
    objectives: tuple[Objective, ...]
    findings: tuple[Finding, ...]
    failures: Mapping[str, int]
    spent_s: float
    winner: Finalist | None = None
    gains: tuple[Gain, ...] = ()
    finalists: tuple[Finalist, ...] = ()
    frontier: tuple[Finalist, ...] = ()
    notes: tuple[str, ...] = ()
    interrupted: bool = False

    @cached_property
    def ending(self) -> Ending | None:
        """Its last runs, as they are shown; None where there were none."""
        return ending_of([one.point for one in self.finalists])

    @property
    def is_proved(self) -> bool:
        """Whether the winner is better than the program as it is, beyond noise."""
        ending = self.ending
        return ending is not None and ending.is_proved

    @property
    def as_it_is_breaks(self) -> tuple[str, ...]:
        """Constraints that the program as it is breaks, by the last runs of it."""
        roles = {one.role: one for one in self.finalists}
        return roles[AS_IT_IS].breaks if AS_IT_IS in roles else ()

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from ck_core.experiments.reading.notebooks import ending_html  # noqa: PLC0415  # who asks pays

        return ending_html(self.ending, self.experiment.cid)

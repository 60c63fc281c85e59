"""What a search found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ck_core.analysis.point_comparison import Compared
from ck_core.domain.component import Component
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.space import Space
from ck_core.tuning.finals import Finalist
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
        winner: None where it was interrupted before its finals, or has several objectives.
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

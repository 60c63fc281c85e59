"""Configurations on their way: built, told apart by their code, measured."""

from __future__ import annotations

from dataclasses import dataclass

from ck_core.domain.tuning.parameter import Configuration
from ck_core.experiments.measuring.series import Series
from ck_core.tuning.beside import Beside


@dataclass
class Candidate:
    """One configuration.

    Attributes:
        identity: of what is executed: equal ones take equally long; empty where unknown.
        build_s: what building took, or the attempt.
        beside: what the best so far took in turn with its runs; None where it ran alone.
    """

    configuration: Configuration
    series: Series
    identity: str = ""
    build_s: float = 0.0
    beside: Beside | None = None

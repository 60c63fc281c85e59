"""What a model answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ck_core.domain.tuning.parameter import Configuration
from ck_core.tuning.prediction.experience import Experience
from ck_core.tuning.prediction.similarity import Features


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A configuration that may suit a program.

    Attributes:
        gain: that is expected over the program as it is.
        basis: where it comes from, as a phrase; of the program as it is, why nothing else.
    """

    configuration: Configuration
    gain: float
    basis: str

    @property
    def is_default(self) -> bool:
        """Whether it is the program as it is: there is nothing to set beside that."""
        return not self.configuration


Model = Callable[[Features, list[Experience], int], list[Guess]]
"""Of a program's features, others' experience and a seed: guesses, the best first."""

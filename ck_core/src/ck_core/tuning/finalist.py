"""One of those that were measured again, beside others."""

from __future__ import annotations

from dataclasses import dataclass

from ck_core.domain.point import Point
from ck_core.domain.tuning.parameter import Configuration


@dataclass(frozen=True, kw_only=True)
class Finalist:
    """With the runs of this time.

    Attributes:
        role: ``winner``, ``-O2``, ``as it is``, ``contender 2``, ...
        breaks: the constraints that did not hold in these runs, as they were written.
    """

    role: str
    configuration: Configuration
    point: Point
    breaks: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.point.failed

    @property
    def holds(self) -> bool:
        """Whether it works as it is asked to."""
        return not self.failed and not self.breaks

"""What charts are made of; numbers in the units of their metric's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A median of one variant with its interval.

    Attributes:
        details: what the tooltip says besides, e.g. the choices.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    details: str = ""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The repetitions of one variant.

    Attributes:
        order: the place of each among the runs of all variants; empty: they came as they stand.
        outliers: index of an outlier to its likely cause, which may be empty.
    """

    name: str
    values: tuple[float, ...]
    order: tuple[float, ...] = ()
    outliers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One objective of a Pareto picture; ``limits`` are constraints on it."""

    metric: str
    maximize: bool = False
    limits: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One point of a Pareto picture.

    Attributes:
        kept: nothing dominates it.
        excluded: a constraint forbids it.
    """

    x: Estimate
    y: Estimate
    kept: bool = False
    excluded: bool = False

    @property
    def name(self) -> str:
        return self.x.name


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One try of a tuning; a failed one has no value and says why."""

    name: str
    value: float | None
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferenceLine:
    """A value to compare with, e.g. that of ``-O3``."""

    name: str
    value: float

"""What charts are made of; numbers in the units of their metric's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from ck_core.analysis.comparison import Verdict

_SMALLEST, _LARGEST = 1e-100, 1e100


def is_drawable(value: float | None) -> TypeGuard[float]:
    """Whether an axis can hold it: zero, or of a size whose ratios and ranges are numbers, too.

    What is no number is not; beyond the limits units, per cents and ranges overflow.
    """
    return value is not None and (value == 0 or _SMALLEST <= abs(value) <= _LARGEST)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A median of one variant with its interval.

    Attributes:
        details: what the tooltip says besides, e.g. the choices.
        share: of the baseline's value, where a comparison of the repetitions told it; else it
            is that of the two medians.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    details: str = ""
    share: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The interval, widened to hold the value; the value alone where there is none."""
        known = [one for one in (self.low, self.value, self.high) if is_drawable(one)]
        return min(known, default=self.value), max(known, default=self.value)

    @property
    def has_interval(self) -> bool:
        return is_drawable(self.low) and is_drawable(self.high)


@dataclass(frozen=True, kw_only=True)
class Ratio(Estimate):
    """How many times faster than a baseline a variant is.

    Attributes:
        verdict: that of the comparison, which the interval alone does not tell: that of too few
            values is no 95 % interval.
        doubt: why nothing was decided, e.g. ``too few values``; may be empty.
    """

    verdict: Verdict
    doubt: str = ""


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

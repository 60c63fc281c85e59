"""How well more workers help: speed-up, efficiency and what does not run in parallel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Scaling(str, Enum):
    """What more workers are given."""

    STRONG = "strong"
    """The same work."""
    WEAK = "weak"
    """Each as much as one alone."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """An estimate, and an interval around it."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Range:
        """``factor`` is positive."""
        return Range(value=self.value * factor, low=self.low * factor, high=self.high * factor)


ONE = Range(value=1.0, low=1.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """Some workers beside the fewest that were measured.

    Attributes:
        growth: how many times as many they are.
        speedup: work done in the same time, over that of the fewest.
        efficiency: the speed-up for each worker; 1 is ideal.
        serial: the part of the work that only one does, where that alone explains the speed-up;
            what communication costs is in it, so that it grows where that does. Below 0 where
            the speed-up is more than ideal; None where there are not more workers.
    """

    growth: float
    speedup: Range
    efficiency: Range
    serial: Range | None


def scaled(ratio: Range, growth: float, scaling: Scaling) -> Scaled:
    """From the time of the fewest workers over the time of these.

    Strong: speed-up S is that ratio, and the serial fraction (1/S - 1/n) / (1 - 1/n) (A. H. Karp,
    H. P. Flatt, Measuring Parallel Processor Performance, CACM 33, 1990). Weak: n workers do n
    times the work, so S is n times that ratio, and the serial fraction, of the time on n,
    (n - S) / (n - 1) (J. L. Gustafson, Reevaluating Amdahl's Law, CACM 31, 1988).

    Raises:
        ValueError: something is not positive.
    """
    if not (ratio.low > 0 and growth > 0):
        raise ValueError("speed-ups are ratios of times and numbers of workers above zero")
    speedup = ratio.times(growth) if scaling is Scaling.WEAK else ratio
    return Scaled(
        growth=growth,
        speedup=speedup,
        efficiency=speedup.times(1 / growth),
        serial=_serial(speedup, growth, scaling) if growth > 1 else None,
    )


def _serial(speedup: Range, growth: float, scaling: Scaling) -> Range:
    """The larger the speed-up, the smaller the fraction."""
    fraction = _gustafson if scaling is Scaling.WEAK else _karp_flatt
    return Range(
        value=fraction(speedup.value, growth),
        low=fraction(speedup.high, growth),
        high=fraction(speedup.low, growth),
    )


def _karp_flatt(speedup: float, growth: float) -> float:
    return (1 / speedup - 1 / growth) / (1 - 1 / growth)


def _gustafson(speedup: float, growth: float) -> float:
    return (growth - speedup) / (growth - 1)

"""All sums of two values, without making them all: counts and the k-th smallest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from struct import pack, unpack

_FEW = 20_000


@dataclass(frozen=True, kw_only=True)
class PairSums:
    """The sums of each row with each column, or of each two of one sample (with itself too).

    Attributes:
        rows, columns: ascending, finite.
        within: rows and columns are one sample, and each pair counts once (Walsh's sums).
    """

    rows: Sequence[float]
    columns: Sequence[float]
    within: bool = False

    @property
    def count(self) -> int:
        rows, columns = len(self.rows), len(self.columns)
        return rows * (rows + 1) // 2 if self.within else rows * columns

    def at_most(self, limit: float) -> int:
        """How many sums are <= limit. Complexity: O(rows + columns)."""
        found, column = 0, len(self.columns)
        for value in self.rows:
            while column and value + self.columns[column - 1] > limit:
                column -= 1
            found += column
        if not self.within:
            return found
        return (found + sum(value + value <= limit for value in self.rows)) // 2

    def select(self, positions: Sequence[int]) -> list[float]:
        """The sums at these positions (from 0) of their ascending order.

        Complexity: few sums are sorted; of many, each position is found by bisection over the
        ordered floating-point numbers, at most 64 times O(rows + columns), exact either way.
        """
        if self.count <= _FEW:
            ordered = sorted(self._all())
            return [ordered[position] for position in positions]
        return [self._at(position) for position in positions]

    def _all(self) -> list[float]:
        if self.within:
            return [one + two for one, two in combinations_with_replacement(self.rows, 2)]
        return [one + two for one, two in product(self.rows, self.columns)]

    def _at(self, position: int) -> float:
        low = self.rows[0] + self.columns[0]
        high = self.rows[-1] + self.columns[-1]
        return _least(low, high, lambda limit: self.at_most(limit) > position)


def _least(low: float, high: float, holds: Callable[[float], bool]) -> float:
    """The least floating-point number in [low, high] for which ``holds``, true from there on."""
    first, last = _rank(low), _rank(high)
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if holds(_number(middle)) else (middle + 1, last)
    return _number(first)


def _rank(value: float) -> int:
    """An integer ordered as floating-point numbers are (IEEE 754's total order)."""
    bits = int(unpack("<q", pack("<d", value))[0])
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def _number(rank: int) -> float:
    size = float(unpack("<d", pack("<q", abs(rank)))[0])
    return size if rank >= 0 else -size

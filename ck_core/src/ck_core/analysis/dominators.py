"""What has been met so far in a sweep, asked whether any of it is no worse than a point."""

from __future__ import annotations

from bisect import bisect_right
from math import inf
from typing import Protocol

Vector = tuple[float, ...]


class Dominators(Protocol):
    """Vectors of one length, smaller being better."""

    def cover(self, vector: Vector) -> bool:
        """Whether one of them is <= ``vector`` in each coordinate."""

    def add(self, vector: Vector) -> None:
        """One more."""


class Smallest:
    """Of one coordinate: the least. O(1) each."""

    def __init__(self) -> None:
        self._least = inf
        self._empty = True

    def cover(self, vector: Vector) -> bool:
        return not self._empty and self._least <= vector[0]

    def add(self, vector: Vector) -> None:
        self._least = min(self._least, vector[0])
        self._empty = False


class Anything:
    """Of no coordinate: whether there is one at all."""

    def __init__(self) -> None:
        self._empty = True

    def cover(self, _vector: Vector) -> bool:
        return not self._empty

    def add(self, _vector: Vector) -> None:
        self._empty = False


class Staircase:
    """Of two coordinates: the steps, first ascending, second descending. O(log n) each.

    Source: H. T. Kung, F. Luccio, F. P. Preparata, On Finding the Maxima of a Set of Vectors,
    1975. Removing covered steps is amortized; a step is inserted by moving memory.
    """

    def __init__(self) -> None:
        self._first: list[float] = []
        self._second: list[float] = []

    def cover(self, vector: Vector) -> bool:
        step = bisect_right(self._first, vector[0])
        return step > 0 and self._second[step - 1] <= vector[1]

    def add(self, vector: Vector) -> None:
        if self.cover(vector):
            return
        start = end = bisect_right(self._first, vector[0])
        if start and self._first[start - 1] == vector[0]:
            start -= 1
        while end < len(self._second) and self._second[end] >= vector[1]:
            end += 1
        self._first[start:end] = [vector[0]]
        self._second[start:end] = [vector[1]]


class Window:
    """Of any number of coordinates: a short list, the last that covered first. O(limit) each.

    Source: block-nested loop, S. Borzsony and others, The Skyline Operator, 2001; moving to the
    front, J. L. Bentley and others, Fast Linear Expected-Time Algorithms, 1993.

    Attributes:
        overflowed: whether one was not taken, so that ``cover`` may say no too often.
    """

    def __init__(self, *, limit: int) -> None:
        self._vectors: list[Vector] = []
        self._limit = limit
        self.overflowed = False

    def cover(self, vector: Vector) -> bool:
        for place, other in enumerate(self._vectors):
            if no_worse(other, vector):
                if place:
                    self._vectors.insert(0, self._vectors.pop(place))
                return True
        return False

    def add(self, vector: Vector) -> None:
        """One more, which none covers yet."""
        if len(self._vectors) >= self._limit:
            self._vectors = [one for one in self._vectors if not no_worse(vector, one)]
        if len(self._vectors) < self._limit:
            self._vectors.append(vector)
        else:
            self.overflowed = True


def no_worse(one: Vector, other: Vector) -> bool:
    """Whether ``one`` is <= ``other`` in each coordinate."""
    for mine, theirs in zip(one, other, strict=True):  # noqa: SIM110 - all() takes twice the time
        if mine > theirs:
            return False
    return True


def dominators_of(coordinates: int) -> Dominators:
    """The quickest that serves vectors of this length, at most two."""
    return (Anything, Smallest, Staircase)[coordinates]()

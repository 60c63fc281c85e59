"""Points that an index has found: their places are held, and each is read when its turn comes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from ck_core.domain.point import Point

Place = tuple[int, int, int]
"""Of a line: where it begins and how many bytes it has; and the checksum it had."""
_PLACE = 3


class FoundPoints:
    """So many bytes a point that a million take 24 MB; iterated again, the same points are read.

    Iterating raises StorageError where they cannot be read, CkpError where they were edited.
    """

    def __init__(
        self, places: array[int], read: Callable[[Iterable[Place]], Iterator[Point]]
    ) -> None:
        self._places = places
        self._read = read

    def __len__(self) -> int:
        return len(self._places) // _PLACE

    def __iter__(self) -> Iterator[Point]:
        numbers = iter(self._places)
        return self._read(zip(numbers, numbers, numbers, strict=True))

    def at(self, numbers: Iterable[int]) -> FoundPoints:
        """Those with these numbers, from 0."""
        parts = (self._places[_PLACE * n : _PLACE * (n + 1)] for n in numbers)
        return FoundPoints(array("q", chain.from_iterable(parts)), self._read)

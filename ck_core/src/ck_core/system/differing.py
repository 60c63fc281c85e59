"""Where two files differ, without either being in memory."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

_PART = 1 << 18
_SHOWN = 24


def first_different_byte(one: Path, other: Path) -> int | None:
    """Its place, from 0; the end of the shorter where it begins the longer; None if they are equal.

    Complexity: O(n) time, O(1) memory.

    Raises:
        OSError: one of them cannot be read.
    """
    place = 0
    with one.open("rb", buffering=0) as first, other.open("rb", buffering=0) as second:
        while (part := first.read(_PART)) == (beside := second.read(_PART)):
            if not part:
                return None
            place += len(part)
    pairs = zip(part, beside, strict=False)
    return place + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def bytes_at(file: Path, place: int) -> bytes:
    """A few of them, to be shown; raises OSError."""
    with file.open("rb") as stream:
        stream.seek(place)
        return stream.read(_SHOWN)

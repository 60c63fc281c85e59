"""Files for lz to restore, compressed by another implementation of its format.

It looks one position ahead before it takes a match, so its files have items that lz itself would
not have chosen.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from generator_kit import save_dataset
from texts import log, mixture, prose

WINDOW = 65_536
SHORTEST, LONGEST = 4, 259
CANDIDATES = 6

Item = bytes  # one byte of the original, or the three of a match
Places = dict[bytes, list[int]]


class Match(NamedTuple):
    length: int
    distance: int


def compress(original: bytes) -> bytes:
    numbers = len(original).to_bytes(4, "little") + checksum(original).to_bytes(4, "little")
    return b"CKLZ" + numbers + b"".join(groups(list(items(original))))


def checksum(content: bytes) -> int:
    """FNV-1a."""
    value = 0x811C9DC5
    for byte in content:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def groups(chosen: list[Item]) -> Iterator[bytes]:
    for start in range(0, len(chosen), 8):
        group = chosen[start : start + 8]
        flags = sum(1 << place for place, item in enumerate(group) if len(item) == 3)
        yield bytes([flags]) + b"".join(group)


def items(original: bytes) -> Iterator[Item]:
    """A byte stays a literal if the next position has a longer match."""
    places = places_by_start(original)
    at = 0
    match = longest_match(original, places, at)
    while at < len(original):
        later = longest_match(original, places, at + 1)
        if match.length < SHORTEST or later.length > match.length:
            yield original[at : at + 1]
            at, match = at + 1, later
        else:
            yield (match.distance - 1).to_bytes(2, "little") + bytes([match.length - SHORTEST])
            at += match.length
            match = longest_match(original, places, at)


def places_by_start(original: bytes) -> Places:
    places: Places = defaultdict(list)
    for place in range(len(original) - SHORTEST + 1):
        places[original[place : place + SHORTEST]].append(place)
    return places


def longest_match(original: bytes, places: Places, at: int) -> Match:
    """The longest one among the latest places with the same start; length 0 without one."""
    same_start = places[original[at : at + SHORTEST]]
    end = bisect_left(same_start, at)
    candidates = same_start[max(end - CANDIDATES, 0) : end]
    matches = [Match(common_length(original, place, at), at - place) for place in candidates]
    return max((match for match in matches if match.distance <= WINDOW), default=Match(0, 0))


def common_length(original: bytes, place: int, at: int) -> int:
    """Of two little-endian numbers, the lowest bits that differ are in the first bytes that do."""
    limit = min(LONGEST, len(original) - at)
    here, there = (int.from_bytes(original[i : i + limit], "little") for i in (at, place))
    differing = here ^ there
    return ((differing & -differing).bit_length() - 1) // 8 if differing else limit


if __name__ == "__main__":
    save_dataset("compressed-prose", "prose.lz", compress(prose(280_000).encode()))
    save_dataset("compressed-log", "log.lz", compress(log(400_000).encode()))
    save_dataset("compressed-mixture", "mixture.lz", compress(mixture(400_000)))

"""Where the values of a JSON text stand, so that a mistake can name its line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from json import JSONDecoder

_DECODER = JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, on which the value at that path of a JSON text begins.

    Where a key is missing, it is the line of the object that lacks it; where a key
    stands twice, the last counts, as for ``json.loads``.
    """
    return JsonPlaces(text).line_of(path)


class JsonPlaces:
    """``line_of`` for many paths of one text; an object is read once, whatever is asked of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._inner: dict[int, dict[str | int, int]] = {}

    def line_of(self, path: Sequence[str | int]) -> int:
        place = _after_space(self._text, 0)
        for step in path:
            inner = self._places_in(place)
            if step not in inner:
                break
            place = inner[step]
        return bisect_left(self._line_ends, place) + 1

    def _places_in(self, place: int) -> dict[str | int, int]:
        if place not in self._inner:
            self._inner[place] = dict(_values_in(self._text, place))
        return self._inner[place]


def _values_in(text: str, place: int) -> Iterator[tuple[str | int, int]]:
    """Key or index, and place, of each value of the object or list that begins at ``place``."""
    opening = text[place]
    if opening not in "{[":
        return
    index, place = 0, _after_space(text, place + 1)
    while text[place] not in "}]":
        key: str | int = index
        if opening == "{":
            key, place = _DECODER.raw_decode(text, place)
            place = _after_space(text, _after_space(text, place) + 1)
        yield key, place
        index, place = index + 1, _after_space(text, _DECODER.raw_decode(text, place)[1])
        if text[place] == ",":
            place = _after_space(text, place + 1)


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place

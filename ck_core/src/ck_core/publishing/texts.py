"""Any text as one line that can be drawn: names come from strangers and from command lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_NO_XML = frozenset("\ufffe\uffff")
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of the text behind it; letters know their own."""
NO_TEXT = "(empty)"


def plain(text: str) -> str:
    """``clean``, and never empty."""
    return clean(text) or NO_TEXT


def clean(text: str) -> str:
    """One line without control characters, half characters and turns of direction."""
    return "".join(map(_drawable, " ".join(text.split())))


def _drawable(character: str) -> str:
    if character in _TURNING:
        return ""
    bad = character in _NO_XML or unicodedata.category(character) in {"Cc", "Cs"}
    return _REPLACEMENT if bad else character


def shorten(text: str, length: int) -> str:
    """At most so many characters; what is left out is the middle: flags differ at their end."""
    if len(text) <= length:
        return text
    tail = (length - 1) * 2 // 5
    return f"{text[: length - 1 - tail].rstrip()}…{text[len(text) - tail :].lstrip()}"


def labels(names: Sequence[str], length: int) -> list[str]:
    """A short label for each name, no two alike."""
    taken: dict[str, int] = {}
    found: list[str] = []
    for name in names:
        label = shorten(plain(name), length)
        while label in taken:
            taken[label] += 1
            mark = f" ({taken[label]})"
            label = shorten(plain(name), length - len(mark)) + mark
        taken[label] = 1
        found.append(label)
    return found

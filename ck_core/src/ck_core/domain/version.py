"""Versions of components, compared by CK's rules: numbers and letters mixed."""

from __future__ import annotations

import re
from functools import total_ordering

_PART = re.compile(r"[0-9]+|[a-z]+", re.IGNORECASE)


@total_ordering
class Version:
    """``12.2.0``, ``2021.1-beta``, ``r21e``: any text, ordered part by part.

    Numbers compare as numbers, words as lower-case text, a number after a word
    (``1.0.1`` > ``1.0.rc1``); the shorter of two versions that agree is the older,
    unless the longer goes on with a word (``2.0rc1`` < ``2.0``).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._key = tuple(_part_key(part) for part in _PART.findall(text))

    def matches(self, prefix: str) -> bool:
        """Whether this version is ``prefix`` or one of its patch releases (12.2.0 is a 12)."""
        wanted = Version(prefix)._key
        return self._key[: len(wanted)] == wanted

    @property
    def tags(self) -> frozenset[str]:
        """CK's version tags: ``v12``, ``v12.2``, ``v12.2.0``."""
        parts = self.text.split(".")
        return frozenset("v" + ".".join(parts[:n]) for n in range(1, len(parts) + 1) if parts[0])

    def _padded(self) -> tuple[tuple[int, int, str], ...]:
        return (*self._key, (1, -1, ""))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __lt__(self, other: Version) -> bool:
        return self._padded() < other._padded()

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"


def _part_key(part: str) -> tuple[int, int, str]:
    """Sorts words (0) before the end of a version (1, -1) before numbers (1, digits, text)."""
    if not part.isdigit():
        return (0, 0, part.lower())
    number = part.lstrip("0")
    return (1, len(number), number)  # orders as the number would, of any length

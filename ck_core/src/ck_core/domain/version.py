"""Versions of components, compared by CK's rules: numbers and letters mixed."""

from __future__ import annotations

import re
from functools import total_ordering
from itertools import zip_longest

_ZERO = (1, 0, "")
_PART = re.compile(r"[0-9]+|[a-z]+", re.IGNORECASE)
_MOST_TAGS = 16


@total_ordering
class Version:
    """``12.2.0``, ``2021.1-beta``, ``r21e``: any text, ordered part by part.

    CK's rules (its module ``soft``, ``compare_versions``): numbers compare as numbers, words as
    text, any number is newer than any word (``1.0.1`` > ``1.0.rc1``), and the shorter version
    goes on with zeros (``12.2`` = ``12.2.0``, ``2.0rc1`` < ``2.0``).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts = tuple(_part_key(part) for part in _PART.findall(text))
        end = max((n for n, part in enumerate(self._parts, start=1) if part != _ZERO), default=0)
        self._key = self._parts[:end]

    def matches(self, prefix: str) -> bool:
        """Whether this version is ``prefix`` or one of its patch releases (12.2.0 is a 12)."""
        wanted = Version(prefix)._parts
        return self._parts[: len(wanted)] == wanted

    @property
    def tags(self) -> frozenset[str]:
        """CK's version tags: ``v12``, ``v12.2``, ``v12.2.0``, as far as people would ask."""
        parts = self.text.split(".", _MOST_TAGS)[:_MOST_TAGS]
        return frozenset("v" + ".".join(parts[:n]) for n in range(1, len(parts) + 1) if parts[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __lt__(self, other: Version) -> bool:
        pairs = zip_longest(self._key, other._key, fillvalue=_ZERO)
        return next((one < two for one, two in pairs if one != two), False)

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"


def label_of(product: str, version: str) -> str:
    """``gcc@12.2.0``, as options take it; the product alone where the version is not known."""
    return f"{product}@{version}" if version else product


def _part_key(part: str) -> tuple[int, int, str]:
    """Sorts words (0) before numbers (1, count of digits, digits)."""
    if not part.isdigit():
        return (0, 0, part.lower())
    number = part.lstrip("0")
    return (1, len(number), number)  # orders as the number would, of any length

"""Names of nodes as managers shorten them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RANGE = re.compile(r"(?P<prefix>[^\[\],]+)(?:\[(?P<numbers>[^\]]*)\])?")

_NUMBER = re.compile(r"[0-9]{1,18}")
_MOST = 100_000


def node_names(text: str) -> Iterator[str]:
    """``n[1-2,5],m1`` is n1, n2, n5 and m1."""
    for match in _RANGE.finditer(text):
        if match["numbers"] is None:
            yield match["prefix"].strip(",")
            continue
        for part in match["numbers"].split(","):
            first, _, last = part.partition("-")
            yield from _numbered(match["prefix"].strip(","), first, last or first)


def _numbered(prefix: str, first: str, last: str) -> Iterator[str]:
    """With as many zeros as the first has."""
    if all(map(_NUMBER.fullmatch, (first, last))) and int(last) - int(first) < _MOST:
        for number in range(int(first), int(last) + 1):
            yield f"{prefix}{number:0{len(first)}d}"

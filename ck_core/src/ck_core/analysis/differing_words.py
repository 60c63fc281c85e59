"""Long texts of many words, as flags are, told apart by the words that they do not all have."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Sequence

from ck_core.domain.point import Scalar

LONG = 40
"""Letters that people compare at a glance; of longer texts they need the difference."""
ELLIPSIS = "…"
"""In place of what all have."""


def told_apart(texts: Sequence[str]) -> list[str]:
    """Each as it is where all are short; else without the words that all of them have.

    ``-O3 -g``, ``… -flto``: what has no word of its own stays whole where it is short.
    """
    common = words_of_all(texts)
    if not common:
        return [*texts]
    known = {one: _own_words(one, common) for one in texts}
    if len(set(known.values())) < len(known):  # they differ in order alone
        return [*texts]
    return [known[one] for one in texts]


def values_apart(values: Sequence[Scalar | None]) -> list[Scalar | None]:
    """Texts among them told apart, the others as they are."""
    texts = iter(told_apart([one for one in values if isinstance(one, str)]))
    return [next(texts) if isinstance(one, str) else one for one in values]


def words_of_all(texts: Iterable[str]) -> list[str]:
    """What ``told_apart`` leaves out, in the order of the first; nothing where all are short."""
    different = list(dict.fromkeys(texts))
    if len(different) < 2 or max(map(len, different)) <= LONG:
        return []
    split = [_words(one) for one in different]
    common = set(split[0]).intersection(*split[1:])
    return [word for word in dict.fromkeys(split[0]) if word in common]


def _own_words(text: str, common: Collection[str]) -> str:
    own = [word for word in _words(text) if word not in common]
    if not own:
        return text if len(text) <= LONG else ELLIPSIS
    return " ".join((ELLIPSIS, *own))


def _words(text: str) -> list[str]:
    """What is quoted stays one word; a shell's way to read them is slow."""
    if not {*"'\"\\"} & {*text}:
        return text.split()
    try:
        return [shlex.quote(word) for word in shlex.split(text)]
    except ValueError:
        return text.split()

"""Parameters that belong together, as far as their names tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from ck_core.domain.tuning.parameter import Parameter

_LEAST = 3
_MOST = 24
_WORD = re.compile(r"[a-z]{2,}", re.IGNORECASE)

Group = tuple[Parameter, ...]


def groups_of(parameters: Sequence[Parameter], source: Random) -> tuple[Group, ...]:
    """Each parameter in one group of at most 24, by the rarest word that it shares with others.

    ``-fno-tree-loop-ivcanon`` and ``-fivopts`` of the same pass mostly share a word (inline,
    unroll, vect, sched); what shares none, or only one that nearly all have, is grouped at random.
    """
    words = [_words(one) for one in parameters]
    counts = Counter(word for each in words for word in each)
    usual = max(len(parameters) // 3, _LEAST)
    by_word: dict[str, list[Parameter]] = {}
    for one, own in zip(parameters, words, strict=True):
        shared = [word for word in own if _LEAST <= counts[word] <= usual]
        word = min(shared, key=lambda word: (counts[word], word), default="")
        by_word.setdefault(word, []).append(one)
    rest = by_word.pop("", [])
    rest += [one for group in by_word.values() if len(group) < _LEAST for one in group]
    named = [group for group in by_word.values() if len(group) >= _LEAST]
    return tuple(part for group in (*named, rest) for part in _parts(group, source))


def _words(parameter: Parameter) -> list[str]:
    """Without the ``f`` that all flags begin with."""
    name = re.sub(r"^-f(no-)?", "", parameter.name)
    return list(dict.fromkeys(word.lower() for word in _WORD.findall(name)))


def _parts(group: list[Parameter], source: Random) -> Iterator[Group]:
    """Of about equal size, drawn at random."""
    if not group:
        return
    drawn = source.sample(group, len(group))
    count = -(-len(group) // _MOST)
    yield from (tuple(drawn[start::count]) for start in range(count))

"""Ranked classes, a line a case: as classifiers print them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan


class UnreadableRankingError(Exception):
    """Completes "the output ..."."""


@dataclass(frozen=True, kw_only=True)
class TopAccuracy:
    """Share of the cases that are right, and the number of the first that is not, from 1."""

    accuracy: float
    first_wrong: int | None


def top_accuracy(found: str, expected: str, k: int) -> TopAccuracy:
    """How often the reference's first class is among the first ``k``.

    A line is a case: classes with spaces or commas between them, the best first, or
    ``class:score``, ranked by score. A reference may hold the right class alone.

    Complexity: O(n log n) in the words of a line.

    Raises:
        UnreadableRankingError: another number of cases, or a score that is no number.
    """
    cases, right = _lines(found), [_ranked(line)[0] for line in _lines(expected)]
    if len(cases) != len(right) or not right:
        raise UnreadableRankingError(f"has {len(cases)} cases, expected {len(right)}")
    hits = [one in _ranked(line)[:k] for line, one in zip(cases, right, strict=True)]
    wrong = hits.index(False) + 1 if False in hits else None
    return TopAccuracy(accuracy=sum(hits) / len(hits), first_wrong=wrong)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.replace(",", " ").strip()]


def _ranked(line: str) -> Sequence[str]:
    """Classes, the best first; of equal scores the first written."""
    words = line.replace(",", " ").split()
    pairs = [word.rpartition(":") for word in words]
    if not all(name and colon for name, colon, _ in pairs):
        return words
    scores = [_score(text) for _, _, text in pairs]
    order = sorted(range(len(words)), key=lambda index: -scores[index])
    return [pairs[index][0] for index in order]


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        raise UnreadableRankingError(f"has {text!r:.40} for a score") from None
    if isnan(score):
        raise UnreadableRankingError("has NaN for a score")
    return score

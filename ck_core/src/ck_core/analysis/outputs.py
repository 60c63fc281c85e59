"""Outputs of programs, compared."""

from __future__ import annotations

from itertools import zip_longest
from math import isclose

from ck_core.domain.run import Tolerance


def first_difference(found: bytes, expected: bytes, tolerance: Tolerance | None) -> str:
    """Where two outputs differ; empty when they agree within the tolerance."""
    if found == expected:
        return ""
    if b"\0" in expected:
        return f"differs ({len(found)} bytes, expected {len(expected)})"
    pairs = zip_longest(_lines(found), _lines(expected))
    for number, (line, reference) in enumerate(pairs, start=1):
        if line != reference and not _is_near(line, reference, tolerance):
            return f"line {number}: expected {reference!r:.60}, got {line!r:.60}"
    return "" if tolerance else "differs in line ends only"


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()


def _is_near(line: str | None, reference: str | None, tolerance: Tolerance | None) -> bool:
    if tolerance is None or line is None or reference is None:
        return False
    words, expected = line.split(), reference.split()
    return len(words) == len(expected) and all(
        _is_near_word(word, right, tolerance) for word, right in zip(words, expected, strict=True)
    )


def _is_near_word(word: str, expected: str, tolerance: Tolerance) -> bool:
    if word == expected:  # NaN as in the reference, too
        return True
    try:
        numbers = float(word), float(expected)
    except ValueError:
        return False
    return isclose(*numbers, rel_tol=tolerance.relative, abs_tol=tolerance.absolute)

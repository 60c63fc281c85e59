"""Mistakes in the files of components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

MISSING = "missing"
_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What is wrong with one value of a ``meta.json``.

    Attributes:
        line: where the value begins, from 1; where a key is missing, the object that lacks it.
        key: as in ``run_cmds.default.hot_functions[0].name``; empty for the whole file.
        expected: completes "must be", in the words of ``Meta``: ``text``, ``a list of texts``.
        found: completes "not": ``3``, ``an object``, ``missing``.
        problem: what is wrong, where that is no matter of one value: ``has no key 'vlues'``.
    """

    file: str
    line: int
    key: str
    expected: str = ""
    found: str = ""
    problem: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether something is not there yet, rather than wrong."""
        return self.found == MISSING

    def __str__(self) -> str:
        subject = f"'{self.key}' " if self.key else ""
        problem = self.problem or f"must be {self.expected}, not {self.found}"
        return f"{self.file}:{self.line}: {subject}{problem}"


def no_such_key(key: str, known: Sequence[str]) -> str:
    """The end of a sentence on an object that may have none but these keys."""
    near = get_close_matches(key[:_LONGEST], known, n=1)
    meant = f"; did you mean '{near[0]}'?" if near else ";"
    return f"has no key '{key[:_LONGEST]}'{meant} it may have {', '.join(known)}"

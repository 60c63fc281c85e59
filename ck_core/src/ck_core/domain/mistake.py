"""Mistakes in the files of components."""

from __future__ import annotations

from dataclasses import dataclass

MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What is wrong with one value of a ``meta.json``.

    Attributes:
        line: where the value begins, from 1; where a key is missing, the object that lacks it.
        key: as in ``run_cmds.default.hot_functions[0].name``; empty for the whole file.
        expected: completes "must be", in the words of ``Meta``: ``text``, ``a list of texts``.
        found: completes "not": ``3``, ``an object``, ``missing``.
    """

    file: str
    line: int
    key: str
    expected: str
    found: str

    @property
    def is_missing(self) -> bool:
        """Whether something is not there yet, rather than wrong."""
        return self.found == MISSING

    def __str__(self) -> str:
        subject = f"'{self.key}' " if self.key else ""
        return f"{self.file}:{self.line}: {subject}must be {self.expected}, not {self.found}"

"""What is wrong with one line of a file of points."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A line that was left out, and why; ``line`` counts from 1, ``problem`` is a predicate."""

    file: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}"

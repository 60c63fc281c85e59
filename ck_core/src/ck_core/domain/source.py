"""Where a component came from, as exactly as can be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Source:
    """The repository of a component.

    Attributes:
        repo: its alias.
        commit: full name where it is a git work tree, else empty.
        modified: something in the work tree differs from the commit.
    """

    repo: str
    commit: str = ""
    modified: bool = False

    def __str__(self) -> str:
        changed = ", with changes" if self.modified else ""
        return f"{self.repo} at {self.commit[:12]}{changed}" if self.commit else self.repo

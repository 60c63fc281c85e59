"""What a repository is held at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ck_core.errors import UsageError

_BRANCH_OR_TAG = re.compile(
    r"(?![-/.])(?!.*(?:\.\.|@\{|//|/\.|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])"
)
_COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A branch, a tag or a commit, or nothing.

    Raises:
        UsageError: more than one is given, or one is no name of its kind.
    """

    branch: str = ""
    tag: str = ""
    commit: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.branch, self.tag, self.commit))) > 1:
            raise UsageError("a branch, a tag and a commit exclude each other", hint="name one")
        for kind, name in (("branch", self.branch), ("tag", self.tag)):
            if name and not _BRANCH_OR_TAG.fullmatch(name):
                raise UsageError(f"{name!r:.80} cannot be the name of a {kind}")
        if self.commit and not _COMMIT.fullmatch(self.commit):
            raise UsageError(f"{self.commit!r:.80} is no commit", hint="give 4 to 64 hex digits")

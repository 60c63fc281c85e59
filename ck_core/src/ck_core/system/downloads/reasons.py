"""Why a file did not come; never seen outside this package."""

from __future__ import annotations


class NotFetchedError(Exception):
    """One attempt at one location failed; ``args[0]`` says why.

    ``may_pass`` is whether another attempt may go better.
    """

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.may_pass = may_pass

"""What a user can do something about."""

from __future__ import annotations


class RefusedError(Exception):
    """What cannot be done, to what, and what to do about it; in one line."""

    def __init__(self, problem: str, *, advice: str) -> None:
        super().__init__(f"{problem}; {advice}")


def one_line(text: object, limit: int = 200) -> str:
    """A stranger's text, fit for a line of a report."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return plain if len(plain) <= limit else f"{plain[: limit - 3]}..."

"""What goes wrong is one line on standard error and exit status 3."""

from __future__ import annotations

FAILED = 3


class Refusal(Exception):  # noqa: N818  # no error of ours
    """What cannot be converted, and what to do."""

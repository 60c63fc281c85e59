"""Digests of files, as people are shown them."""

from __future__ import annotations

_SHORT = 19
"""``sha256:`` and twelve digits."""


def short_digest(digest: str) -> str:
    """Enough to tell two apart; empty where there is none."""
    return digest[:_SHORT]

"""The memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NumaNode:
    """CPUs and the memory that is near to them; ``cpus`` as in ``0-15,32-47``."""

    number: int
    cpus: str
    memory_bytes: int


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Sizes in bytes.

    Attributes:
        limit_bytes: what the container may use; None for all of it.
        huge_pages: reserved ones, of ``huge_page_bytes`` each.
        transparent_huge_pages: ``always``, ``madvise``, ``never`` or empty.
    """

    total_bytes: int = 0
    available_bytes: int = 0
    swap_total_bytes: int = 0
    swap_used_bytes: int = 0
    limit_bytes: int | None = None
    huge_pages: int = 0
    huge_page_bytes: int = 0
    transparent_huge_pages: str = ""

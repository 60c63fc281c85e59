"""Limits of memory: a hostile file fails alone, before the machine's memory is full."""

from __future__ import annotations

import os
import resource
from contextlib import suppress


def limit_memory(most: int) -> None:
    """In bytes, for this process; less where the machine has less. Then MemoryError is raised."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    _, highest = resource.getrlimit(resource.RLIMIT_AS)
    limits = [most, there, *([highest] if highest != resource.RLIM_INFINITY else [])]
    with suppress(OSError, ValueError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (min(limits), highest))

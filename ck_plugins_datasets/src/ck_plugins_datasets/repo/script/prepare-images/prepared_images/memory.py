"""Limits of memory: a hostile file fails alone, before the machine's memory is full."""

from __future__ import annotations

import os
import resource
from contextlib import suppress

_LEAST, _MOST = 1 << 30, 6 << 30


def share_of_memory(processes: int) -> int:
    """Bytes for each of them, so that all together have no more than the machine."""
    return max(_LEAST, min(_MOST, _machines_memory() // max(processes, 1)))


def limit_memory(most: int) -> None:
    """In bytes, for this process; less where the machine has less. Then MemoryError is raised."""
    _, highest = resource.getrlimit(resource.RLIMIT_AS)
    limits = [most, _machines_memory(), *([highest] if highest != resource.RLIM_INFINITY else [])]
    with suppress(OSError, ValueError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (min(limits), highest))


def _machines_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

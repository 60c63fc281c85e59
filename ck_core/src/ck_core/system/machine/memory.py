"""Memory, swap and huge pages."""

from __future__ import annotations

import re

from ck_core.domain.machine import Memory
from ck_core.system.machine.tree import Tree, fields, number

_CHOSEN = re.compile(r"\[(always|madvise|never)\]")


def read_memory(tree: Tree, limit_bytes: int | None) -> Memory:
    """From ``/proc/meminfo``; the limit of a container counts where it is below the whole."""
    values = fields(tree.text("proc/meminfo"))
    total, swap = kibibytes(values, "MemTotal"), kibibytes(values, "SwapTotal")
    chosen = _CHOSEN.search(tree.text("sys/kernel/mm/transparent_hugepage/enabled"))
    return Memory(
        total_bytes=total,
        available_bytes=kibibytes(values, "MemAvailable") or kibibytes(values, "MemFree"),
        swap_total_bytes=swap,
        swap_used_bytes=max(0, swap - kibibytes(values, "SwapFree")),
        limit_bytes=limit_bytes if limit_bytes and limit_bytes < total else None,
        huge_pages=number(values.get("HugePages_Total")) or 0,
        huge_page_bytes=kibibytes(values, "Hugepagesize"),
        transparent_huge_pages=chosen[1] if chosen else "",
    )


def kibibytes(values: dict[str, str], key: str) -> int:
    """Bytes of ``MemTotal: 24684092 kB``; 0 where it is missing."""
    return (number(values.get(key, "").removesuffix("kB")) or 0) * 1024

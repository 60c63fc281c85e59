"""Who else uses the CPUs."""

from __future__ import annotations

from math import isfinite

from ck_core.domain.machine import Load
from ck_core.system.machine.tree import Tree, number

_COLUMNS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
_UNUSED = {"idle", "iowait"}


def read_load(tree: Tree) -> Load:
    words = tree.text("proc/loadavg").split()
    return Load(one_minute=_mean(words[0]) if words else None, stolen=_stolen(tree))


def _mean(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None


def _stolen(tree: Tree) -> float | None:
    """Of the time in which this machine wanted to run; idle time needs no CPU of the host."""
    first = tree.text("proc/stat").partition("\n")[0].split()
    if len(first) <= len(_COLUMNS) or first[0] != "cpu":
        return None
    ticks = dict(zip(_COLUMNS, map(number, first[1:]), strict=False))
    wanted = sum(count or 0 for name, count in ticks.items() if name not in _UNUSED)
    return (ticks["steal"] or 0) / wanted if wanted else None

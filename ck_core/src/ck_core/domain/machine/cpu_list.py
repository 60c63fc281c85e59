"""The kernel's way to write sets of CPUs: ``0-3,8-11``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RANGE = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")
_MOST_CPUS = 1 << 16


def parse_cpu_list(text: str) -> frozenset[int]:
    """The CPUs of a list; parts that are no range, or name CPUs that no kernel has, are dropped."""
    found: set[int] = set()
    for part in text.split(","):
        if match := _RANGE.fullmatch(part.strip()):
            first, last = int(match[1]), int(match[2] or match[1])
            found.update(range(first, min(last, _MOST_CPUS) + 1))
    return frozenset(found)


def format_cpu_list(cpus: Iterable[int]) -> str:
    """The shortest list: ``0-3,8`` for 0, 1, 2, 3 and 8."""
    runs: list[tuple[int, int]] = []
    for cpu in sorted(set(cpus)):
        if runs and cpu == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], cpu)
        else:
            runs.append((cpu, cpu))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)

"""Caches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ck_core.domain.machine import Cache
from ck_core.domain.machine.cpu_list import parse_cpu_list
from ck_core.system.machine.tree import Tree

_CPUS = "sys/devices/system/cpu"
_SIZE = re.compile(r"([0-9]{1,12})([KMG]?)")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_KINDS = {"Data": "data", "Instruction": "instruction", "Unified": "unified"}


@dataclass(frozen=True, order=True)
class _Kind:
    """What makes caches alike."""

    level: int
    kind: str
    size_bytes: int
    line_bytes: int
    shared_by: int


def read_caches(tree: Tree, cpus: Sequence[int]) -> tuple[Cache, ...]:
    """Those of the CPUs that are online, by level and kind."""
    counts: dict[_Kind, set[str]] = {}
    known: set[tuple[str, str]] = set()
    for place, users in _places(tree, cpus):
        index = place.rpartition("/")[2]
        if (index, users) in known:  # another CPU has shown this very cache
            continue
        known.add((index, users))
        if kind := _kind(tree, place, users):
            counts.setdefault(kind, set()).add(users)
    return tuple(
        Cache(
            level=one.level,
            kind=one.kind,
            size_bytes=one.size_bytes,
            line_bytes=one.line_bytes,
            instances=len(instances),
            shared_by=one.shared_by,
        )
        for one, instances in sorted(counts.items())
    )


def _places(tree: Tree, cpus: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Directories of caches, with the list of CPUs that use each."""
    for cpu in cpus:
        directory = f"{_CPUS}/cpu{cpu}/cache"
        for index in tree.numbered(directory, "index"):
            place = f"{directory}/index{index}"
            yield place, tree.text(f"{place}/shared_cpu_list") or str(cpu)


def _kind(tree: Tree, place: str, users: str) -> _Kind | None:
    """None where the kernel does not know the size, as on many Arm boards."""
    size = _SIZE.fullmatch(tree.text(f"{place}/size"))
    level = tree.number(f"{place}/level")
    kind = _KINDS.get(tree.text(f"{place}/type"), "")
    if not size or not level or not kind:
        return None
    line_bytes = tree.number(f"{place}/coherency_line_size") or 0
    size_bytes = int(size[1]) * _UNITS[size[2]]
    return _Kind(level, kind, size_bytes, line_bytes, max(1, len(parse_cpu_list(users))))

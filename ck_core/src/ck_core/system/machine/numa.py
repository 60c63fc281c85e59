"""NUMA nodes."""

from __future__ import annotations

import re

from ck_core.domain.machine import NumaNode
from ck_core.system.machine.tree import Tree

_PLACE = "sys/devices/system/node"
_TOTAL = re.compile(r"MemTotal:\s*([0-9]{1,15}) kB")


def read_nodes(tree: Tree) -> tuple[NumaNode, ...]:
    return tuple(_node(tree, number) for number in tree.numbered(_PLACE, "node"))


def _node(tree: Tree, number: int) -> NumaNode:
    total = _TOTAL.search(tree.text(f"{_PLACE}/node{number}/meminfo"))
    return NumaNode(
        number=number,
        cpus=tree.line(f"{_PLACE}/node{number}/cpulist"),
        memory_bytes=int(total[1]) * 1024 if total else 0,
    )

"""A machine with Linux: what ``/proc`` and ``/sys`` tell."""

from __future__ import annotations

import re
import shlex

from ck_core.domain.machine import Machine, Software, Surroundings
from ck_core.system.machine.board import read_devices, read_product
from ck_core.system.machine.control_groups import read_limits
from ck_core.system.machine.cpu import read_cpu
from ck_core.system.machine.libc import find_libc
from ck_core.system.machine.load import read_load
from ck_core.system.machine.memory import read_memory
from ck_core.system.machine.numa import read_nodes
from ck_core.system.machine.power import count_throttling, is_on_battery
from ck_core.system.machine.roots import Roots
from ck_core.system.machine.tree import Tree, one_line
from ck_core.system.machine.virtualisation import find_container, find_hypervisor

_NAME = re.compile(r"^PRETTY_NAME=(.*)$", re.MULTILINE)
_COUNTERS = re.compile(r"cpu|cpu_core|armv[78]_.*|power[0-9].*|cpum_cf")
_EVENT_SOURCES = "sys/bus/event_source/devices"


def read_linux(roots: Roots) -> Machine:
    """Everything but accelerators, which only tools can tell."""
    tree = Tree(roots.root)
    cpu, limits = read_cpu(tree, roots.architecture), read_limits(tree)
    return Machine(
        software=_software(tree, roots),
        cpu=cpu,
        product=read_product(tree),
        memory=read_memory(tree, limits.memory_bytes),
        nodes=read_nodes(tree),
        devices=read_devices(tree),
        surroundings=_surroundings(tree, roots, frozenset(cpu.features), limits.cpus),
        load=read_load(tree),
    )


def _software(tree: Tree, roots: Roots) -> Software:
    return Software(
        system="linux",
        distribution=_distribution(tree.text("etc/os-release") or tree.text("usr/lib/os-release")),
        kernel=tree.line("proc/sys/kernel/osrelease"),
        libc=find_libc(roots),
    )


def _distribution(text: str) -> str:
    """The file is written for shells: a name with spaces is quoted."""
    match = _NAME.search(text)
    try:
        return one_line(" ".join(shlex.split(match[1]))) if match else ""
    except ValueError:
        return ""


def _surroundings(
    tree: Tree, roots: Roots, features: frozenset[str], quota: float | None
) -> Surroundings:
    sources = tree.names(_EVENT_SOURCES)
    return Surroundings(
        hypervisor=find_hypervisor(tree, roots, features),
        container=find_container(tree, roots),
        cpu_quota=quota,
        has_counters=any(map(_COUNTERS.fullmatch, sources)) if sources else None,
        perf_event_paranoid=tree.number("proc/sys/kernel/perf_event_paranoid"),
        on_battery=is_on_battery(tree),
        throttled=count_throttling(tree),
    )

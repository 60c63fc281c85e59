"""Sockets, cores and hardware threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ck_core.domain.machine.cpu_list import parse_cpu_list
from ck_core.system.machine.tree import Tree, fields

CPUS = "sys/devices/system/cpu"


@dataclass(frozen=True, kw_only=True)
class Topology:
    """``online`` are the numbers of the CPUs that run; the rest are counts."""

    online: tuple[int, ...]
    sockets: int
    cores: int
    threads: int
    usable: int


def read_topology(tree: Tree, processors: Sequence[dict[str, str]]) -> Topology:
    """From sysfs; from ``/proc/cpuinfo`` where a container or an old kernel shows none."""
    online = parse_cpu_list(tree.text(f"{CPUS}/online")) or set(range(max(1, len(processors))))
    present = parse_cpu_list(tree.text(f"{CPUS}/present"))
    places = {cpu: f"{CPUS}/cpu{cpu}/topology" for cpu in sorted(online)}
    siblings = {tree.text(f"{place}/thread_siblings_list") for place in places.values()}
    packages = {tree.text(f"{place}/physical_package_id") for place in places.values()}
    cores, sockets = _told(processors, len(online))
    allowed = parse_cpu_list(fields(tree.text("proc/self/status")).get("Cpus_allowed_list", ""))
    return Topology(
        online=tuple(sorted(online)),
        sockets=sockets if "" in packages else len(packages),
        cores=cores if "" in siblings else len(siblings),
        threads=max(len(present), len(online)),
        usable=len(allowed & online) or len(online),
    )


def _told(processors: Sequence[dict[str, str]], online: int) -> tuple[int, int]:
    """Cores and sockets that ``/proc/cpuinfo`` tells of; Arm's tells of none."""
    pairs = {(one.get("physical id", ""), one.get("core id", "")) for one in processors}
    pairs = {pair for pair in pairs if pair[1]}
    if not pairs:
        return online, 1
    return len(pairs), len({socket for socket, _ in pairs})

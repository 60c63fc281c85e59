"""Limits of the control groups that ckp runs in, of both versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ck_core.system.machine.tree import Tree, number

_MOUNT = "sys/fs/cgroup"
_LONGEST_PATH = 64
_UNLIMITED_BYTES = 1 << 60
"""Version 1 writes a number of about 2 to the 63 for "no limit"."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """None where there is none: ``cpus`` in cores' worth of time."""

    cpus: float | None = None
    memory_bytes: int | None = None


def read_limits(tree: Tree) -> Limits:
    """The tightest on the way from ckp's own group to the root, each."""
    groups = _own_groups(tree)
    quotas = [
        *(_quota_v2(tree, place) for place in _upwards("", groups.get("", ""))),
        *(
            _quota_v1(tree, place)
            for mount in ("cpu", "cpu,cpuacct")
            for place in _upwards(mount, groups.get("cpu", ""))
        ),
    ]
    sizes = [
        *(tree.number(f"{place}/memory.max") for place in _upwards("", groups.get("", ""))),
        *(
            tree.number(f"{place}/memory.limit_in_bytes")
            for place in _upwards("memory", groups.get("memory", ""))
        ),
    ]
    return Limits(
        cpus=min((one for one in quotas if one), default=None),
        memory_bytes=min((one for one in sizes if one and one < _UNLIMITED_BYTES), default=None),
    )


def _own_groups(tree: Tree) -> dict[str, str]:
    """Path by controller, from ``4:cpu,cpuacct:/docker/ab``; version 2 has no name: ``0::/``."""
    found: dict[str, str] = {}
    for line in tree.text("proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for controller in controllers.split(","):
            found.setdefault(controller, path)
    return found


def _upwards(mount: str, group: str) -> Iterator[str]:
    """Directories of a group and those around it.

    A container may see the path that its group has on the host: what is not there reads as empty.
    """
    parts = [part for part in PurePosixPath(group).parts if part not in {"/", ".."}]
    for count in range(min(len(parts), _LONGEST_PATH), -1, -1):
        yield "/".join([_MOUNT, *([mount] if mount else []), *parts[:count]])


def _quota_v2(tree: Tree, place: str) -> float | None:
    """``cpu.max`` holds ``150000 100000`` or ``max 100000``."""
    words = tree.text(f"{place}/cpu.max").split()
    return _share(*map(number, words)) if len(words) == 2 else None


def _quota_v1(tree: Tree, place: str) -> float | None:
    """No limit is ``-1``."""
    return _share(
        tree.number(f"{place}/cpu.cfs_quota_us"), tree.number(f"{place}/cpu.cfs_period_us")
    )


def _share(quota: int | None, period: int | None) -> float | None:
    return quota / period if quota and period else None

"""How many CPUs a job may take, by launcher."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ck_core.domain.requirement import Requirement
from ck_plugins_hpc.detect.flux import detect_flux
from ck_plugins_hpc.detect.slurm import detect_slurm
from ck_plugins_hpc.launching.options import JobOptions


@dataclass(frozen=True, kw_only=True)
class Room:
    """Attributes: nodes: of one job at the most; cpus: of each; is_shared: no job is given CPUs
    of its own, so that threads without a number take all.
    """

    nodes: int
    cpus: int
    is_shared: bool = False


def room_for(launcher: str, told: JobOptions) -> Room | None:
    """None where nobody can tell: then there is nothing to vary."""
    room = LAUNCHERS[launcher](told)
    return room if room and room.nodes > 0 and room.cpus > 0 else None


def _here(_told: JobOptions) -> Room:
    """CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return Room(nodes=1, cpus=len(os.sched_getaffinity(0)), is_shared=True)
    return Room(nodes=1, cpus=os.cpu_count() or 1, is_shared=True)


def _of_slurm(told: JobOptions) -> Room | None:
    """Of the partition that was told, else of the default one."""
    for slurm in detect_slurm(_asking("slurm")):
        for one in json.loads(slurm.environment.get("CKP_SLURM_PARTITIONS", "[]")):
            if one["name"] == told.partition or (not told.partition and one["is_default"]):
                return _of_nodes(one["nodes"], one["cpus"], one["node_limit"])
    return None


def _of_flux(told: JobOptions) -> Room | None:
    """Flux tells nodes and cores of all queues together."""
    for flux in detect_flux(_asking("flux")):
        nodes, cores = (int(flux.environment[f"CKP_FLUX_{name}"]) for name in ("NODES", "CORES"))
        queues = json.loads(flux.environment["CKP_FLUX_QUEUES"])
        return _of_nodes(nodes, cores, _limit_of(queues, told.partition))
    return None


def _limit_of(queues: list[dict[str, Any]], name: str) -> str:
    chosen = (one for one in queues if one["name"] == name or (not name and one["is_default"]))
    return next((str(one["node_limit"]) for one in chosen), "")


def _of_nodes(nodes: int, cpus: int, limit: str) -> Room | None:
    """``limit`` is a number, or a word for none."""
    most = int(limit) if limit.isascii() and limit.isdigit() else nodes
    return Room(nodes=min(nodes, most), cpus=cpus // nodes) if nodes else None


def _asking(product: str) -> Requirement:
    return Requirement(key=product, tags=frozenset({product}))


LAUNCHERS: Mapping[str, Callable[[JobOptions], Room | None]] = {
    "mpirun": _here,
    "slurm": _of_slurm,
    "flux": _of_flux,
}

"""Energy counters of processors (RAPL), by the kernel's powercap interface."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ck_core.system.machine.tree import Tree, number

_POWERCAP = "sys/class/powercap"
_ZONE = re.compile(r"intel-rapl:[0-9]{1,4}(?::[0-9]{1,4})?")
_PACKAGE = re.compile(r"package-[0-9]{1,4}(?:-die-[0-9]{1,4})?")
_ALLOWING = f"sudo chmod a+r /{_POWERCAP}/intel-rapl:*/energy_uj"


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A part of the machine with a counter of its own.

    Attributes:
        name: the kernel's: ``package-0``, ``dram``.
        range_uj: the counter begins anew after that value.
    """

    name: str
    file: Path
    range_uj: int


@dataclass(frozen=True, kw_only=True)
class Rapl:
    """Zones that add up to processors and memory; where there is none, ``missing`` says why."""

    zones: tuple[Zone, ...] = ()
    missing: str = ""

    @property
    def files(self) -> dict[str, Path]:
        """To be read around each repetition."""
        return {str(zone.file): zone.file for zone in self.zones}

    def joules(self, before: Mapping[str, str], after: Mapping[str, str]) -> float | None:
        """Between two readings; None unless every zone was read twice."""
        spent = [_spent_uj(zone, before, after) for zone in self.zones]
        known = [one for one in spent if one is not None]
        return sum(known) / 1e6 if known and len(known) == len(spent) else None


def find_rapl(root: Path = Path("/")) -> Rapl:
    """Packages, and memory, which no package contains.

    Not their parts (``core``, ``uncore``), which packages contain, nor ``psys``, which contains
    packages. AMD's counters have Intel's name in the kernel.
    """
    tree = Tree(root)
    places = [name for name in tree.names(_POWERCAP) if _ZONE.fullmatch(name)]
    zones = [zone for zone in (_zone(tree, root, place) for place in places) if zone]
    if not zones:
        return Rapl(missing="the kernel shows no RAPL counters here")
    if not _readable(zones):
        return Rapl(missing=f"only root may read the RAPL counters; {_ALLOWING} allows it")
    return Rapl(zones=tuple(zones))


def _zone(tree: Tree, root: Path, place: str) -> Zone | None:
    name = tree.line(f"{_POWERCAP}/{place}/name")
    range_uj = tree.number(f"{_POWERCAP}/{place}/max_energy_range_uj")
    if not range_uj or not (_PACKAGE.fullmatch(name) or name == "dram"):
        return None
    return Zone(name=name, file=root / _POWERCAP / place / "energy_uj", range_uj=range_uj)


def _readable(zones: Iterable[Zone]) -> bool:
    return all(os.access(zone.file, os.R_OK) for zone in zones)


def _spent_uj(zone: Zone, before: Mapping[str, str], after: Mapping[str, str]) -> int | None:
    key = str(zone.file)
    first, last = number(before.get(key)), number(after.get(key))
    if first is None or last is None:
        return None
    return last - first if last >= first else last - first + zone.range_uj

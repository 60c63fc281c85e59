"""Names of microarchitectures, from archspec's tables.

``archspec.cpu.host()`` looks at this machine only; recorded ones, and vendors that a hypervisor
hides, need the tables themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_GENERIC = "generic"
_SSE3 = frozenset({"pni", "ssse3"})
"""Linux calls SSE3 by its first name, Prescott New Instructions."""
_POWER = re.compile(r"POWER([0-9]{1,3})")


def arm_vendor(implementer: str) -> str:
    """``Arm`` numbers its licensees: ``0x41`` is ``ARM`` itself; empty for unknown numbers."""
    from archspec.cpu.schema import TARGETS_JSON  # type: ignore[import-untyped]  # noqa: PLC0415  # untyped; 10 ms, start-up

    return str(TARGETS_JSON["conversions"]["arm_vendors"].get(implementer, ""))


def microarchitecture(
    architecture: str, vendor: str, features: Iterable[str], processor: Mapping[str, str]
) -> str:
    """The most special one that a CPU can execute code for; empty where none is known.

    Special ones count only where they are above the best generic level: a hypervisor may hide so
    much of a CPU that an old relative of it fits, and its level tells more.

    Args:
        architecture: as ``uname`` names it.
        processor: its fields in ``/proc/cpuinfo``.
    """
    from archspec.cpu import TARGETS  # type: ignore[import-untyped]  # noqa: PLC0415  # as above

    present = frozenset(features)
    if present & _SSE3:
        present |= {"sse3"}
    fit = [
        target
        for target in TARGETS.values()
        if _is_of(target, architecture) and _fits(target, vendor, present, processor)
    ]
    generic = max((one for one in fit if one.vendor == _GENERIC), key=_rank, default=None)
    special = [one for one in fit if generic is None or generic in one.ancestors]
    best = max(special, key=_rank, default=generic)
    return best.name if best is not None else ""


def _is_of(target: Any, architecture: str) -> bool:
    return architecture in {target.name, *(parent.name for parent in target.ancestors)}


def _fits(target: Any, vendor: str, features: frozenset[str], processor: Mapping[str, str]) -> bool:
    if generation := _POWER.search(processor.get("cpu", "")):
        return bool(target.generation <= int(generation[1]))
    if target.vendor == _GENERIC and target.name.startswith("armv"):
        return False  # features do not tell which version of the architecture it is
    if target.name.startswith("u74") or target.name == "x60":  # RISC-V tells no features
        return bool(target.name == processor.get("uarch", "").rpartition(",")[2].replace("-", ""))
    if target.cpu_part and target.cpu_part != processor.get("CPU part"):
        return False  # Arm: one core may execute what another of its maker is named for
    return target.vendor in {vendor, _GENERIC} and target.features <= features


def _rank(target: Any) -> tuple[int, int]:
    return len(target.ancestors), len(target.features)

"""What macOS tells of its hardware through ``sysctl``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ck_core.domain.machine import Cache, CoreKind
from ck_core.system.machine.roots import Roots
from ck_core.system.machine.tree import fields, number, one_line

_NAMES = (
    "hw.model",
    "hw.packages",
    "hw.physicalcpu",
    "hw.logicalcpu",
    "hw.cachelinesize",
    "hw.l1icachesize",
    "hw.l1dcachesize",
    "hw.l2cachesize",
    "hw.l3cachesize",
    "hw.perflevel0.logicalcpu",
    "hw.perflevel1.logicalcpu",
    "kern.hv_vmm_present",
    "machdep.cpu.brand_string",
    "machdep.cpu.vendor",
    "machdep.cpu.features",
    "machdep.cpu.leaf7_features",
)
_CACHES = (
    (1, "data", "hw.l1dcachesize"),
    (1, "instruction", "hw.l1icachesize"),
    (2, "unified", "hw.l2cachesize"),
    (3, "unified", "hw.l3cachesize"),
)
_APPLE = re.compile(r"Apple (M[0-9]{1,2})\b")
_LONGEST = 4096


def read_sysctl(roots: Roots) -> dict[str, str]:
    """Values by name; empty on systems without these. ``-i`` leaves unknown names out."""
    answer = roots.run("sysctl", "-i", *_NAMES)
    if answer is None or answer.timed_out:
        return {}
    told = fields(answer.output)
    return {key: one_line(told[key], longest=_LONGEST) for key in _NAMES if key in told}


def apple_generation(brand: str) -> str:
    """``m2`` of ``Apple M2 Pro``, which is also archspec's name; empty for others."""
    match = _APPLE.match(brand)
    return match[1].lower() if match else ""


def caches_of(values: Mapping[str, str]) -> tuple[Cache, ...]:
    """Sizes are told, but not who shares what: one instance each, shared by one."""
    return tuple(_caches(values))


def kinds_of(values: Mapping[str, str]) -> tuple[CoreKind, ...]:
    """Performance level 0 is the fastest; macOS numbers its CPUs nowhere."""
    fast, slow = (number(values.get(f"hw.perflevel{level}.logicalcpu")) for level in (0, 1))
    if not fast or not slow:
        return ()
    return (
        CoreKind(name=f"{fast} performance cores", cpus=""),
        CoreKind(name=f"{slow} efficient cores", cpus=""),
    )


def _caches(values: Mapping[str, str]) -> Iterator[Cache]:
    line_bytes = number(values.get("hw.cachelinesize")) or 0
    for level, kind, key in _CACHES:
        if size := number(values.get(key)):
            yield Cache(
                level=level,
                kind=kind,
                size_bytes=size,
                line_bytes=line_bytes,
                instances=1,
                shared_by=1,
            )

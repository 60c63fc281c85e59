"""A machine without ``/proc``: what psutil tells anywhere, and macOS's ``sysctl``."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from typing import TypeVar

from ck_core.domain.machine import Cpu, Frequency, Load, Machine, Memory, Software, Surroundings
from ck_core.system.machine.roots import Roots
from ck_core.system.machine.sysctl import apple_generation, caches_of, kinds_of, read_sysctl
from ck_core.system.machine.tree import number, one_line

Value = TypeVar("Value")


def read_elsewhere(roots: Roots) -> Machine:
    """A partial answer: no NUMA nodes, governor or container, and caches only on macOS."""
    values = read_sysctl(roots)
    return Machine(
        software=_software(roots),
        cpu=_cpu(values, roots),
        product=values.get("hw.model", ""),
        memory=_memory(),
        surroundings=Surroundings(
            hypervisor="unknown" if values.get("kern.hv_vmm_present") == "1" else "",
            on_battery=_on_battery(),
        ),
        load=Load(one_minute=_try(lambda: os.getloadavg()[0])),
    )


def _software(roots: Roots) -> Software:
    name = f"macOS {platform.mac_ver()[0]}".rstrip()
    return Software(
        system=roots.system.lower(),
        distribution=one_line(name if roots.system == "Darwin" else platform.platform(terse=True)),
        kernel=one_line(platform.release()),
    )


def _cpu(values: Mapping[str, str], roots: Roots) -> Cpu:
    threads = number(values.get("hw.logicalcpu")) or _count(logical=True) or 1
    brand = values.get("machdep.cpu.brand_string") or one_line(platform.processor())
    flags = (values.get(f"machdep.cpu.{name}", "") for name in ("features", "leaf7_features"))
    return Cpu(
        architecture=roots.architecture,
        vendor=values.get("machdep.cpu.vendor") or ("Apple" if brand.startswith("Apple") else ""),
        model=brand or roots.architecture,
        microarchitecture=apple_generation(brand),
        sockets=number(values.get("hw.packages")) or 1,
        cores=number(values.get("hw.physicalcpu")) or _count(logical=False) or threads,
        threads=threads,
        usable=threads,
        caches=caches_of(values),
        features=tuple(sorted(set(" ".join(flags).lower().split()))),
        kinds=kinds_of(values),
        frequency=_frequency(),
    )


def _count(*, logical: bool) -> int | None:
    import psutil  # noqa: PLC0415  # start-up; Linux never needs it

    return _try(lambda: psutil.cpu_count(logical=logical))


def _frequency() -> Frequency:
    import psutil  # noqa: PLC0415  # as above

    found = _try(psutil.cpu_freq)
    if not found:
        return Frequency()
    mhz = round(found.current)
    return Frequency(
        min_mhz=round(found.min) or None,
        max_mhz=round(found.max) or None,
        current_mhz=(mhz, mhz) if mhz else None,
    )


def _memory() -> Memory:
    import psutil  # noqa: PLC0415  # as above

    memory, swap = _try(psutil.virtual_memory), _try(psutil.swap_memory)
    return Memory(
        total_bytes=memory.total if memory else 0,
        available_bytes=memory.available if memory else 0,
        swap_total_bytes=swap.total if swap else 0,
        swap_used_bytes=swap.used if swap else 0,
    )


def _on_battery() -> bool | None:
    import psutil  # noqa: PLC0415  # as above

    battery = _try(lambda: psutil.sensors_battery())  # noqa: PLW0108  # some systems lack the name
    if battery is None or battery.power_plugged is None:
        return None
    return not battery.power_plugged


def _try(ask: Callable[[], Value]) -> Value | None:
    """psutil lacks functions on some systems, and fails in virtual machines of others."""
    try:
        return ask()
    except (OSError, RuntimeError, AttributeError, NotImplementedError):
        return None

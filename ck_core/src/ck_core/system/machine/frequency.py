"""Clocks: what drives them, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.domain.machine import Frequency
from ck_core.system.machine.tree import Tree, one_line

_CPUS = "sys/devices/system/cpu"
_POLICIES = f"{_CPUS}/cpufreq"
_TURBO = (
    (f"{_CPUS}/intel_pstate/no_turbo", 0),
    (f"{_CPUS}/cpufreq/boost", 1),
    (f"{_CPUS}/cpufreq/policy0/boost", 1),
)
"""Files of the drivers, and what each holds while turbo is on."""


def read_frequency(tree: Tree, processors: Sequence[dict[str, str]]) -> Frequency:
    """From cpufreq; without it, the current clock that ``/proc/cpuinfo`` tells."""
    policies = [f"{_POLICIES}/policy{one}" for one in tree.numbered(_POLICIES, "policy")]
    current = [_mhz(tree, f"{one}/scaling_cur_freq") for one in policies]
    if not any(current):
        current = [_rounded(one.get("cpu MHz", "")) for one in processors]
    known = [mhz for mhz in current if mhz]
    turbo, turbo_file, turbo_off = _turbo(tree)
    return Frequency(
        base_mhz=_base(tree, policies),
        min_mhz=_least(tree, policies, "cpuinfo_min_freq"),
        max_mhz=_most(tree, policies, "cpuinfo_max_freq"),
        current_mhz=(min(known), max(known)) if known else None,
        governor=_all(tree, policies, "scaling_governor"),
        driver=_all(tree, policies, "scaling_driver"),
        turbo=turbo,
        turbo_file=turbo_file,
        turbo_off=turbo_off,
    )


def cpu_max_mhz(tree: Tree, cpu: int) -> int | None:
    """The fastest clock of one CPU."""
    return _mhz(tree, f"{_CPUS}/cpu{cpu}/cpufreq/cpuinfo_max_freq")


def _base(tree: Tree, policies: Sequence[str]) -> int | None:
    """Drivers of Intel tell it in kHz, the firmware's CPPC in MHz."""
    nominal = tree.number(f"{_CPUS}/cpu0/acpi_cppc/nominal_freq")
    return _most(tree, policies, "base_frequency") or nominal or None


def _turbo(tree: Tree) -> tuple[bool | None, str, str]:
    for file, on in _TURBO:
        value = tree.number(file)
        if value in {0, 1}:
            return value == on, file, str(1 - on)
    return None, "", ""


def _most(tree: Tree, policies: Sequence[str], name: str) -> int | None:
    return max(_values(tree, policies, name), default=None)


def _least(tree: Tree, policies: Sequence[str], name: str) -> int | None:
    return min(_values(tree, policies, name), default=None)


def _values(tree: Tree, policies: Sequence[str], name: str) -> list[int]:
    found = [_mhz(tree, f"{policy}/{name}") for policy in policies]
    return [mhz for mhz in found if mhz]


def _all(tree: Tree, policies: Sequence[str], name: str) -> str:
    found = {tree.line(f"{policy}/{name}") for policy in policies}
    return ", ".join(sorted(found - {""}))


def _mhz(tree: Tree, path: str) -> int | None:
    """The kernel counts in kHz."""
    khz = tree.number(path)
    return round(khz / 1000) if khz else None


def _rounded(text: str) -> int | None:
    try:
        mhz = float(one_line(text))
    except ValueError:
        return None
    return round(mhz) if 0 < mhz < 1e6 else None

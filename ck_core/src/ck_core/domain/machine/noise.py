"""What about a machine makes timing unstable, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ck_core.domain.machine.machine import Machine

_OTHERS_CORES = 0.5
"""Cores kept busy by others: ckp itself adds less to the mean of a minute."""
_SWAP_SHARE = 0.01
_STOLEN_SHARE = 0.002
_USERS_MAY_COUNT = 2


@dataclass(frozen=True, kw_only=True)
class Noise:
    """One cause; ``fix`` is a command to type, or says who else can change it."""

    name: str
    what: str
    fix: str


def find_noise(machine: Machine) -> tuple[Noise, ...]:
    """The causes found, those that usually disturb most first."""
    found = (rule(machine) for rule in _RULES)
    return tuple(one for one in found if one)


def _hypervisor(machine: Machine) -> Noise | None:
    name = machine.surroundings.hypervisor
    if not name:
        return None
    return Noise(
        name="virtual machine",
        what=f"a hypervisor ({name}) shares the CPU out; its neighbours cannot be seen from here",
        fix="cannot be changed from inside this virtual machine; a dedicated host has none",
    )


def _stolen(machine: Machine) -> Noise | None:
    stolen = machine.load.stolen
    if stolen is None or stolen < _STOLEN_SHARE:
        return None
    return Noise(
        name="steal time",
        what=f"other virtual machines took {stolen:.1%} of the time this one wanted since it began",
        fix="cannot be changed from inside this virtual machine",
    )


def _quota(machine: Machine) -> Noise | None:
    quota = machine.surroundings.cpu_quota
    if quota is None or quota >= machine.cpu.usable:
        return None
    fix = "cannot be changed from inside this container; start it without a CPU limit (--cpus)"
    if not machine.surroundings.container:
        fix = "run ckp outside of this control group; systemctl show -p CPUQuotaPerSecUSec UNIT"
    return Noise(
        name="CPU quota",
        what=f"a control group stops programs that use more than {quota:g} of "
        f"{machine.cpu.usable} CPUs for the rest of each period",
        fix=fix,
    )


def _battery(machine: Machine) -> Noise | None:
    if not machine.surroundings.on_battery:
        return None
    return Noise(
        name="battery",
        what="nothing charges the battery, so the firmware saves power",
        fix="plug the charger in",
    )


def _throttled(machine: Machine) -> Noise | None:
    count = machine.surroundings.throttled
    if not count:
        return None
    base = machine.cpu.frequency.base_mhz
    command = f"sudo cpupower frequency-set --max {base}MHz"
    return Noise(
        name="heat",
        what=f"heat has slowed the CPU down {count} times since start-up",
        fix=_outside(machine, command) if base else "cool it, or turn turbo off",
    )


def _load(machine: Machine) -> Noise | None:
    load = machine.load.one_minute
    if load is None or load < _OTHERS_CORES:
        return None
    siblings = ""
    if load > machine.cpu.cores and machine.cpu.threads_per_core > 1:
        siblings = ": more than there are cores, so that they share cores (SMT)"
    return Noise(
        name="busy neighbours",
        what=f"programs wanted {load:.1f} of {machine.cpu.threads} CPUs in the last minute"
        + siblings,
        fix="top shows which; stop them or wait",
    )


def _governor(machine: Machine) -> Noise | None:
    governor = machine.cpu.frequency.governor
    if governor in {"", "performance"}:
        return None
    return Noise(
        name="governor",
        what=f"the clock follows the load (governor {governor}), so that short runs begin slowly",
        fix=_outside(machine, "sudo cpupower frequency-set --governor performance"),
    )


def _turbo(machine: Machine) -> Noise | None:
    frequency = machine.cpu.frequency
    if not frequency.turbo:
        return None
    command = f"echo {frequency.turbo_off} | sudo tee /{frequency.turbo_file}"
    return Noise(
        name="turbo",
        what="the clock rises as long as heat and busy cores allow it",
        fix=_outside(machine, command),
    )


def _smt(machine: Machine) -> Noise | None:
    count = machine.cpu.threads_per_core
    if count < 2:
        return None
    fix = _outside(machine, "echo off | sudo tee /sys/devices/system/cpu/smt/control")
    if machine.surroundings.hypervisor:
        fix = "taskset --cpu-list LIST ckp ..., with one of each core's CPUs (lscpu --extended)"
    return Noise(
        name="SMT",
        what=f"{count} CPUs share each core, so that two programs may slow each other down",
        fix=fix,
    )


def _kinds(machine: Machine) -> Noise | None:
    kinds = machine.cpu.kinds
    if not kinds:
        return None
    fastest = max(kinds, key=lambda kind: kind.max_mhz or 0)
    return Noise(
        name="unlike cores",
        what="a program runs faster or slower by the kind of core it gets",
        fix=f"taskset --cpu-list {fastest.cpus} ckp ...",
    )


def _numa(machine: Machine) -> Noise | None:
    nodes = [node for node in machine.nodes if node.cpus and node.memory_bytes]
    if len(nodes) < 2:
        return None
    return Noise(
        name="NUMA",
        what=f"memory lies in {len(nodes)} places, and the far ones are slower",
        fix=f"numactl --cpunodebind={nodes[0].number} --membind={nodes[0].number} ckp ...",
    )


def _swap(machine: Machine) -> Noise | None:
    memory = machine.memory
    if memory.swap_used_bytes <= memory.total_bytes * _SWAP_SHARE:
        return None
    return Noise(
        name="swap",
        what="some of what programs hold is on disk and must be read back",
        fix=_outside(machine, "sudo swapoff --all && sudo swapon --all"),
    )


def _counters(machine: Machine) -> Noise | None:
    around = machine.surroundings
    if around.has_counters is False and around.hypervisor:
        return Noise(
            name="no counters",
            what="the hypervisor hides the CPU's performance counters, so that causes stay unseen",
            fix="cannot be changed from inside this virtual machine",
        )
    if (around.perf_event_paranoid or 0) <= _USERS_MAY_COUNT:
        return None
    return Noise(
        name="no counters",
        what="only root may read performance counters "
        f"(perf_event_paranoid {around.perf_event_paranoid}), so that causes stay unseen",
        fix=_outside(machine, f"sudo sysctl kernel.perf_event_paranoid={_USERS_MAY_COUNT}"),
    )


def _outside(machine: Machine, command: str) -> str:
    """Containers see the kernel's settings, but may not change them."""
    return f"on the host: {command}" if machine.surroundings.container else command


_RULES: tuple[Callable[[Machine], Noise | None], ...] = (
    _load,
    _stolen,
    _quota,
    _battery,
    _throttled,
    _governor,
    _turbo,
    _hypervisor,
    _smt,
    _kinds,
    _numa,
    _swap,
    _counters,
)

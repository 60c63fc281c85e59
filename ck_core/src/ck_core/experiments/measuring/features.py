"""What a point says of the machine: flat names and single values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ck_core.domain.machine import Machine
from ck_core.domain.machine.fingerprint import fingerprint, nominal_size
from ck_core.domain.machine.noise import find_noise
from ck_core.domain.point import Scalar
from ck_core.domain.run import Repetition
from ck_core.system.machine.load import read_load
from ck_core.system.machine.tree import Tree


def features_of(machine: Machine) -> dict[str, Scalar]:
    """What is unknown is left out."""
    found = {**dict(_hardware(machine)), **dict(_software(machine)), **dict(_state(machine))}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def features_at_end(root: Path = Path("/")) -> dict[str, Scalar]:
    """Of this machine after the repetitions, whose own work is in it."""
    load = read_load(Tree(root)).one_minute
    return {} if load is None else {"load_end": load}


def features_where_run(
    here: Mapping[str, Scalar], launcher: str, repetitions: Iterable[Repetition]
) -> dict[str, Scalar]:
    """Of the machine that the program ran on, as far as its launcher tells.

    Args:
        here: of this machine: where a launcher runs programs elsewhere, that is what ckp ran on,
            and the names say so (``host.cpu``).
        launcher: empty where nothing was run.
    """
    if launcher in {"", "local"}:
        return {**here, "launcher": launcher}
    told = [one.observed.machine for one in repetitions]
    names = dict.fromkeys(name for one in told for name in one)
    there = {name: ", ".join(sorted({one[name] for one in told if name in one})) for name in names}
    host = {f"host.{name}": value for name, value in here.items()}
    return {**host, **there, "launcher": launcher}


Found = Iterator[tuple[str, "Scalar | None"]]


def _hardware(machine: Machine) -> Found:
    cpu = machine.cpu
    yield "fingerprint", fingerprint(machine)
    yield "product", machine.product
    yield "cpu", cpu.model
    yield "architecture", cpu.architecture
    yield "microarchitecture", cpu.microarchitecture
    yield "cores", cpu.cores
    yield "threads", cpu.threads
    yield "usable_threads", cpu.usable
    yield "memory_bytes", nominal_size(machine.memory.total_bytes)
    yield "memory_limit_bytes", machine.memory.limit_bytes
    yield "accelerators", ", ".join(sorted({one.name for one in machine.accelerators}))


def _software(machine: Machine) -> Found:
    software, around = machine.software, machine.surroundings
    yield "os", software.distribution or software.system
    yield "kernel", software.kernel
    yield "libc", software.libc
    yield "virtualisation", around.hypervisor
    yield "container", around.container
    yield "cpu_quota", around.cpu_quota


def _state(machine: Machine) -> Found:
    """Of the moment; beginning with what somebody has set."""
    frequency = machine.cpu.frequency
    yield "governor", frequency.governor
    yield "driver", frequency.driver
    yield "turbo", frequency.turbo
    yield "smt", machine.cpu.threads_per_core > 1
    yield "power", "battery" if machine.surroundings.on_battery else ""
    yield "memory_transparent_huge_pages", machine.memory.transparent_huge_pages
    yield "load", machine.load.one_minute
    yield "stolen", machine.load.stolen
    yield "noise", ", ".join(one.name for one in find_noise(machine))

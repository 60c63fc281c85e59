"""A machine on the screen, and in the local repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.cli.units import format_binary
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.machine import Cache, Cpu, Frequency, Load, Machine, Memory, Surroundings
from ck_core.domain.machine.fingerprint import fingerprint
from ck_core.domain.machine.noise import Noise, find_noise
from ck_core.errors import UsageError
from ck_core.store.machines import record_machine
from ck_core.system.machine import detect_machine

Row = tuple[str, str]
_KEY_WIDTH = 17
_TOLD_FEATURES = ("aes", "amx", "asimd", "avx", "bf16", "fma", "i8mm", "neon", "sha", "sme", "sve")
_SHORT = {"data": "d", "instruction": "i", "unified": ""}


def show_platform(cid: Cid, tags: frozenset[str], *, as_json: bool) -> None:
    """Looks at this machine, prints what is seen and records it.

    Raises:
        UsageError: another machine is asked for.
        StorageError: it cannot be recorded; it is printed before.
    """
    if cid.name != "*" or tags:
        raise UsageError(
            "ckp detect platform looks at this machine only",
            hint="ckp detect platform; ckp load platform:NAME shows one that was recorded",
        )
    reporter = ConsoleReporter()
    machine = detect_machine()
    (_print_json if as_json else _print)(machine)
    for problem in machine.problems:
        reporter.warn(problem)
    component = record_machine(Context(reporter).local, machine)
    reporter.note(f"recorded as {component.full_cid}")


def _print_json(machine: Machine) -> None:
    print_json(
        {
            "fingerprint": fingerprint(machine),
            **asdict(machine),
            "noise": [asdict(one) for one in find_noise(machine)],
        }
    )


def _print(machine: Machine) -> None:
    _section("system", _system_rows(machine))
    _section("processor", _cpu_rows(machine.cpu))
    _section("memory", _memory_rows(machine))
    if machine.accelerators:
        _section("accelerators", _accelerator_rows(machine))
    _section("load", _load_rows(machine.load, machine.surroundings))
    noise = find_noise(machine)
    _section("unstable timing", _noise_rows(noise) or [("", "nothing seen that would cause it")])


def _section(title: str, rows: Iterable[Row]) -> None:
    """Keys are indented below their title, and as wide as those of all sections."""
    told = [(f"  {key}".ljust(_KEY_WIDTH), value) for key, value in rows if value]
    print_table((title.ljust(_KEY_WIDTH), ""), told)
    click.echo()


def _system_rows(machine: Machine) -> Iterator[Row]:
    software, around = machine.software, machine.surroundings
    yield "machine", machine.product
    yield "system", software.distribution or software.system
    yield "kernel", f"{software.system} {software.kernel}".strip()
    yield "C library", software.libc
    yield "hypervisor", around.hypervisor
    yield "container", around.container
    yield "fingerprint", fingerprint(machine)


def _cpu_rows(cpu: Cpu) -> Iterator[Row]:
    yield "model", f"{cpu.model} ({cpu.vendor})" if cpu.vendor else cpu.model
    levels = dict.fromkeys([cpu.architecture, cpu.microarchitecture])
    yield "runs code for", ", ".join(filter(None, levels))
    yield "numbers", cpu.identity
    yield "cores", _cores(cpu)
    for kind in cpu.kinds:
        clock = f", up to {kind.max_mhz} MHz" if kind.max_mhz else ""
        yield "", f"{kind.name}: CPUs {kind.cpus}{clock}" if kind.cpus else kind.name
    for cache in cpu.caches:
        yield f"L{cache.level}{_SHORT.get(cache.kind, '')} cache", _cache(cache)
    yield "clock", ", ".join(_clock(cpu.frequency))
    yield "features", _features(cpu.features)


def _cores(cpu: Cpu) -> str:
    sockets = f"{cpu.sockets} socket{'s' if cpu.sockets != 1 else ''}"
    text = f"{cpu.cores} in {sockets}, {cpu.threads} CPUs"
    if cpu.threads_per_core > 1:
        text += f" ({cpu.threads_per_core} a core, SMT)"
    return text if cpu.usable == cpu.threads else f"{text}, {cpu.usable} for us"


def _cache(cache: Cache) -> str:
    count = f"{cache.instances} x " if cache.instances > 1 else ""
    shared = f", each for {cache.shared_by} CPUs" if cache.shared_by > 1 else ""
    line = f", lines of {cache.line_bytes} B" if cache.line_bytes else ""
    return f"{count}{format_binary(cache.size_bytes)}{line}{shared}"


def _clock(frequency: Frequency) -> Iterator[str]:
    if frequency.current_mhz:
        slow, fast = frequency.current_mhz
        yield f"{slow} MHz now" if slow == fast else f"{slow} to {fast} MHz now"
    if frequency.base_mhz:
        yield f"base {frequency.base_mhz} MHz"
    if frequency.min_mhz and frequency.max_mhz:
        yield f"{frequency.min_mhz} to {frequency.max_mhz} MHz possible"
    if frequency.turbo is not None:
        yield f"turbo {'on' if frequency.turbo else 'off'}"
    if frequency.governor:
        yield f"governor {frequency.governor}"
    if frequency.driver:
        yield f"driver {frequency.driver}"


def _features(features: tuple[str, ...]) -> str:
    """Those that compilers and libraries choose code by."""
    told = [one for one in features if one.startswith(_TOLD_FEATURES)]
    left = len(features) - len(told)
    more = f"{left} more with --json" if left else ""
    return ", ".join(filter(None, [" ".join(told), more]))


def _memory_rows(machine: Machine) -> Iterator[Row]:
    memory = machine.memory
    if memory.total_bytes:
        available = format_binary(memory.available_bytes)
        yield "total", f"{format_binary(memory.total_bytes)}, {available} available"
    if memory.limit_bytes:
        yield "limit", f"{format_binary(memory.limit_bytes)} in this control group"
    if memory.swap_total_bytes:
        used = format_binary(memory.swap_used_bytes)
        yield "swap", f"{format_binary(memory.swap_total_bytes)}, {used} used"
    yield "huge pages", _huge_pages(memory)
    for node in machine.nodes:
        yield f"NUMA node {node.number}", f"CPUs {node.cpus}, {format_binary(node.memory_bytes)}"


def _huge_pages(memory: Memory) -> str:
    reserved = f"{memory.huge_pages} reserved" if memory.huge_page_bytes else ""
    if memory.huge_pages:
        reserved += f" of {format_binary(memory.huge_page_bytes)}"
    chosen = memory.transparent_huge_pages
    return ", ".join(filter(None, [reserved, f"transparent ones: {chosen}" if chosen else ""]))


def _accelerator_rows(machine: Machine) -> Iterator[Row]:
    for one in machine.accelerators:
        index = f"{one.platform_index}:{one.device_index}"
        size = format_binary(one.memory_bytes) if one.memory_bytes else ""
        driver = f"driver {one.driver}" if one.driver else ""
        disguise = "the CPU itself" if one.is_cpu else ""
        told = [one.name, size, driver, one.platform, disguise]
        yield f"{one.api} {index}", ", ".join(filter(None, told))


def _load_rows(load: Load, around: Surroundings) -> Iterator[Row]:
    if load.one_minute is not None:
        yield "running", f"{load.one_minute:.2f} programs, mean of the last minute"
    if around.hypervisor and load.stolen is not None:
        yield "steal time", f"{load.stolen:.2%} of the time wanted since start-up"
    if around.cpu_quota:
        yield "CPU quota", f"{around.cpu_quota:g} CPUs' worth of time"


def _noise_rows(noise: tuple[Noise, ...]) -> list[Row]:
    rows = []
    for one in noise:
        rows += [(one.name, one.what), ("", f"-> {one.fix}")]
    return rows

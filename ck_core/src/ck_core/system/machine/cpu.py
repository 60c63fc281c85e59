"""The processor."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.domain.machine import CoreKind, Cpu
from ck_core.domain.machine.cpu_list import format_cpu_list, parse_cpu_list
from ck_core.system.machine.arm_parts import arm_part
from ck_core.system.machine.caches import read_caches
from ck_core.system.machine.frequency import cpu_max_mhz, read_frequency
from ck_core.system.machine.microarchitecture import arm_vendor, microarchitecture
from ck_core.system.machine.topology import read_topology
from ck_core.system.machine.tree import Tree, fields, number, one_line

Processor = dict[str, str]
"""The fields of one CPU in ``/proc/cpuinfo``."""

_NAMES = ("model name", "cpu", "uarch", "Processor", "cpu model")
"""Where architectures write what the CPU is called."""
_FEATURES = ("flags", "Features", "features", "isa")
_LONGEST_FEATURES = 1 << 14
_OF_A_CPU = frozenset({"processor", "cpu number", *_FEATURES})
_IDENTITY = (
    ("family", "cpu family"),
    ("model", "model"),
    ("stepping", "stepping"),
    ("part", "CPU part"),
    ("variant", "CPU variant"),
    ("revision", "CPU revision"),
)
_HYBRID = (("cpu_core", "performance cores"), ("cpu_atom", "efficient cores"))


def read_cpu(tree: Tree, architecture: str) -> Cpu:
    """What ``/proc/cpuinfo`` and ``/sys/devices/system/cpu`` tell."""
    processors = read_processors(tree)
    first = processors[0] if processors else {}
    topology = read_topology(tree, processors)
    vendor, features = _vendor(first), cpu_features(first)
    return Cpu(
        architecture=architecture,
        vendor=vendor,
        model=model_name(processors) or architecture,
        identity=_identity(first),
        microarchitecture=microarchitecture(architecture, vendor, features, first),
        sockets=topology.sockets,
        cores=topology.cores,
        threads=topology.threads,
        usable=topology.usable,
        caches=read_caches(tree, topology.online),
        features=tuple(sorted(features)),
        kinds=_kinds(tree, processors),
        frequency=read_frequency(tree, processors),
    )


def read_processors(tree: Tree) -> list[Processor]:
    """One a CPU. What follows the last, a board's serial number among it, belongs to none."""
    blocks = tree.text("proc/cpuinfo").split("\n\n")
    found = [fields(block) for block in blocks]
    return [one for one in found if _OF_A_CPU & one.keys()]


def cpu_features(processor: Processor) -> frozenset[str]:
    found = next((processor[key] for key in _FEATURES if key in processor), "")
    return frozenset(one_line(found, longest=_LONGEST_FEATURES).split())


def _vendor(processor: Processor) -> str:
    if vendor := one_line(processor.get("vendor_id", "")):
        return vendor
    implementer = processor.get("CPU implementer", "")
    return (arm_vendor(implementer) or one_line(implementer)) if implementer else ""


def model_name(processors: Sequence[Processor]) -> str:
    """All names that its cores have: big.LITTLE boards have several."""
    return " + ".join(dict.fromkeys(name for name in map(_core_name, processors) if name))


def _core_name(processor: Processor) -> str:
    part = arm_part(processor.get("CPU implementer", ""), processor.get("CPU part", ""))
    names = (one_line(processor.get(key, "")) for key in _NAMES)
    return part or next((name for name in names if name and not name.isdigit()), "")


def _identity(processor: Processor) -> str:
    found = [(word, one_line(processor.get(key, ""))) for word, key in _IDENTITY]
    return ", ".join(f"{word} {value}" for word, value in found if value)


def _kinds(tree: Tree, processors: Sequence[Processor]) -> tuple[CoreKind, ...]:
    """Intel's hybrids tell their kinds in sysfs, Arm's by the part number of each core."""
    hybrid = [(name, tree.line(f"sys/devices/{unit}/cpus")) for unit, name in _HYBRID]
    kinds = hybrid if all(cpus for _, cpus in hybrid) else list(_by_name(processors).items())
    return tuple(_kind(tree, name, cpus) for name, cpus in kinds) if len(kinds) > 1 else ()


def _by_name(processors: Sequence[Processor]) -> dict[str, str]:
    groups: dict[str, list[int]] = {}
    for processor in processors:
        cpu, name = number(processor.get("processor")), _core_name(processor)
        if cpu is not None and name:
            groups.setdefault(name, []).append(cpu)
    return {name: format_cpu_list(cpus) for name, cpus in groups.items()}


def _kind(tree: Tree, name: str, cpus: str) -> CoreKind:
    first = min(parse_cpu_list(cpus), default=0)
    return CoreKind(name=name, cpus=cpus, max_mhz=cpu_max_mhz(tree, first))

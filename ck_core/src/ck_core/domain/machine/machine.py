"""A machine as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from ck_core.domain.machine.accelerator import Accelerator
from ck_core.domain.machine.cpu import Cpu
from ck_core.domain.machine.memory import Memory, NumaNode
from ck_core.domain.machine.surroundings import Load, Surroundings


@dataclass(frozen=True, kw_only=True)
class Software:
    """The operating system.

    Attributes:
        system: ``linux``, ``darwin``, ...
        distribution: as it calls itself, with its version.
        kernel: its release.
        libc: name and version, such as ``glibc 2.36``.
    """

    system: str
    distribution: str = ""
    kernel: str = ""
    libc: str = ""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What is known of a machine; nothing in it names an owner, an address or a serial number.

    Attributes:
        product: as its maker calls it, such as ``Raspberry Pi 4 Model B Rev 1.4``.
        devices: PCI identities of graphics and compute cards, ``10de:20b5``, sorted; known
            without any driver.
        problems: tools that did not answer, a sentence each.
    """

    software: Software
    cpu: Cpu
    product: str = ""
    memory: Memory = field(default_factory=Memory)
    nodes: tuple[NumaNode, ...] = ()
    devices: tuple[str, ...] = ()
    accelerators: tuple[Accelerator, ...] = ()
    surroundings: Surroundings = field(default_factory=Surroundings)
    load: Load = field(default_factory=Load)
    problems: tuple[str, ...] = ()

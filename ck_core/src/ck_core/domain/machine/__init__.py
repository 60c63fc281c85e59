"""A machine as it is: what lasts, what changes, and what makes its timing unstable."""

from __future__ import annotations

from ck_core.domain.machine.accelerator import Accelerator
from ck_core.domain.machine.cpu import Cache, CoreKind, Cpu, Frequency
from ck_core.domain.machine.machine import Machine, Software
from ck_core.domain.machine.memory import Memory, NumaNode
from ck_core.domain.machine.surroundings import Load, Surroundings

__all__ = [
    "Accelerator",
    "Cache",
    "CoreKind",
    "Cpu",
    "Frequency",
    "Load",
    "Machine",
    "Memory",
    "NumaNode",
    "Software",
    "Surroundings",
]

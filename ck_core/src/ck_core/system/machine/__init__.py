"""Looking at the machine: one file a subject, each reads below a root that it is given."""

from __future__ import annotations

from ck_core.system.machine.accelerators import find_accelerators
from ck_core.system.machine.machine import detect_machine
from ck_core.system.machine.roots import Roots

__all__ = ["Roots", "detect_machine", "find_accelerators"]

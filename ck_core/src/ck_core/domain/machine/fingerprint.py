"""A name for a machine that lasts, and tells nothing of whose it is."""

from __future__ import annotations

import json
from hashlib import sha256

from ck_core.domain.machine.machine import Machine

_VERSION = 1


def fingerprint(machine: Machine) -> str:
    """16 hexadecimal digits, which are also the UID of the machine's component.

    Equal for equal hardware. What an update, a reboot, a setting or a container changes is left
    out: kernel, libc, drivers, CPU features (microcode adds some), frequencies, CPUs that are
    switched off, load.
    """
    cpu = machine.cpu
    lasting = [
        _VERSION,
        machine.software.system,
        machine.product,
        [cpu.architecture, cpu.vendor, cpu.model, cpu.identity, cpu.threads],
        [[one.level, one.kind, one.size_bytes, one.line_bytes] for one in cpu.caches],
        nominal_size(machine.memory.total_bytes),
        machine.surroundings.hypervisor,
        list(machine.devices),
    ]
    return sha256(json.dumps(lasting).encode()).hexdigest()[:16]


def nominal_size(total_bytes: int) -> int:
    """What was probably built in, of the few per cent less that the kernel leaves to programs.

    Rounded up to a quarter of the power of two below: 23.5 GiB become 24, 94 become 96. What the
    kernel keeps for itself differs from one to the next.
    """
    if total_bytes <= 0:
        return 0
    step = max(1, (1 << (total_bytes.bit_length() - 1)) // 4)
    return -(-total_bytes // step) * step

"""The kernel's performance events by name, and why it may refuse them."""

from __future__ import annotations

import errno
import os

from ck_core.domain.instruments import Event
from ck_core.system.machine.tree import Tree

_HARDWARE, _SOFTWARE = 0, 1
EVENTS = {
    "instructions": Event(kind=_HARDWARE, config=1),
    "cycles": Event(kind=_HARDWARE, config=0),
    "cache_references": Event(kind=_HARDWARE, config=2),
    "cache_misses": Event(kind=_HARDWARE, config=3),
    "branches": Event(kind=_HARDWARE, config=4),
    "branch_misses": Event(kind=_HARDWARE, config=5),
    "task_clock_ns": Event(kind=_SOFTWARE, config=1),
    "page_faults": Event(kind=_SOFTWARE, config=2),
    "context_switches": Event(kind=_SOFTWARE, config=3),
    "cpu_migrations": Event(kind=_SOFTWARE, config=4),
}
"""As in ``linux/perf_event.h``: they are the same on every architecture."""

_PARANOID = "proc/sys/kernel/perf_event_paranoid"
_ALLOWING = "sudo sysctl kernel.perf_event_paranoid=1"
_NO_COUNTER = {errno.ENOENT, errno.ENODEV, errno.EOPNOTSUPP, errno.EINVAL}


def refusal(number: int, tree: Tree) -> str:
    """Why the kernel does not count an event, and what would change that."""
    if number in {errno.EACCES, errno.EPERM}:
        level = tree.line(_PARANOID)
        told = f" (kernel.perf_event_paranoid is {level})" if level else ""
        return f"users may not count them{told}; {_ALLOWING} allows it"
    if number in _NO_COUNTER:
        return "this machine offers no such counter; a virtual machine often has none"
    if number == errno.ENOSYS:
        return "this kernel offers no counters; a container may forbid perf_event_open"
    if number == errno.ESRCH:
        return "the program was not started through the shell, which its environment rules out"
    return os.strerror(number)

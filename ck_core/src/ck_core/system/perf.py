"""The kernel's performance events by name, and why it may refuse them."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

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


def uncountable() -> str:
    """Why the kernel counts none of them for this user; empty where it counts some."""
    if not sys.platform.startswith("linux"):
        return "only Linux counts them"
    from ck_core.system.supervising.events import Counters  # noqa: PLC0415  # loads ctypes

    events = {name: [one.kind, one.config] for name, one in EVENTS.items()}
    found = Counters(events, os.getpid()).close()
    errors = {name: int(one.get("error", 0)) for name, one in found.items()}
    return "" if not all(errors.values()) else refusal(errors["task_clock_ns"], Tree(Path("/")))


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

"""The kernel's performance events of a process that is about to become the program.

What ``perf stat`` counts, from the same kernel interface. ``perf stat`` itself would have to be
the program's parent: it takes 30 ms a run, its memory hides the peak of small programs, and
version 6.1 exits with 0 where the program was killed by a signal.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

_SYSCALLS = {
    "x86_64": 298,
    "aarch64": 241,
    "riscv64": 241,
    "loongarch64": 241,
    "ppc64le": 319,
    "s390x": 331,
    "armv7l": 364,
    "i686": 336,
}
_ATTRIBUTES = struct.Struct("=IIQQQQQIIQ")
"""The first version of ``struct perf_event_attr``, which every kernel accepts."""
_DISABLED, _INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR, _ENABLE_ON_EXEC = (
    1 << bit for bit in (0, 1, 5, 6, 12)
)
_TIMES = 1 | 2  # with each value, how long it was to be counted and how long it was
_CLOSE_ON_EXEC = 8
_ANSWER = struct.Struct("=QQQ")
_NOT_ALLOWED = (errno.EACCES, errno.EPERM)
_INSIDE_THE_KERNEL = ((1, 3), (1, 4))
"""Context switches and migrations between CPUs: without the kernel's work there are none."""


class Counters:
    """Open counters of one process and of what it starts; they begin with its exec."""

    def __init__(self, events: dict[str, list[int]], pid: int) -> None:
        self._open: dict[str, tuple[int, bool]] = {}
        self._errors: dict[str, int] = {}
        for name, (kind, config) in events.items():
            # A program that was not waiting when asked for would be this process.
            descriptor, user_only = _opened(kind, config, pid) if pid else (-errno.ESRCH, False)
            if descriptor >= 0:
                self._open[name] = descriptor, user_only
            else:
                self._errors[name] = -descriptor

    def close(self) -> dict[str, dict[str, int | bool]]:
        """Their values, as the fields of ``domain.instruments.EventCount``."""
        found: dict[str, dict[str, int | bool]] = {
            name: {"error": number} for name, number in self._errors.items()
        }
        for name, (descriptor, user_only) in self._open.items():
            value, enabled, running = _ANSWER.unpack(os.read(descriptor, _ANSWER.size))
            times = {"enabled_ns": enabled, "running_ns": running}
            found[name] = {"value": value, **times, "user_only": user_only}
            os.close(descriptor)
        self._open.clear()
        return found


def _opened(kind: int, config: int, pid: int) -> tuple[int, bool]:
    """A descriptor, or minus the error's number; and whether the kernel's work is left out."""
    both = _open_event(kind, config, pid, 0)
    if -both in _NOT_ALLOWED and (kind, config) not in _INSIDE_THE_KERNEL:
        return _open_event(kind, config, pid, _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR), True
    return both, False


def _open_event(kind: int, config: int, pid: int, excluded: int) -> int:
    number = _SYSCALLS.get(os.uname().machine)
    if number is None:
        return -errno.ENOSYS
    flags = _DISABLED | _INHERIT | _ENABLE_ON_EXEC | excluded
    attributes = _ATTRIBUTES.pack(kind, _ATTRIBUTES.size, config, 0, 0, _TIMES, flags, 0, 0, 0)
    library = ctypes.CDLL(None, use_errno=True)
    arguments = (ctypes.c_long(number), attributes, *map(ctypes.c_long, (pid, -1, -1)))
    descriptor = int(library.syscall(*arguments, ctypes.c_ulong(_CLOSE_ON_EXEC)))
    return descriptor if descriptor >= 0 else -ctypes.get_errno()

"""Processes below this one: listed, and killed."""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False  # typing itself would cost start-up time
if TYPE_CHECKING:
    from collections.abc import Collection


def kill_tree(keep: Collection[int] = ()) -> None:
    """Kills and reaps every child but ``keep``: orphans of the program arrive here.

    What runs as another user, as sudo lets it, cannot be killed, and goes on.
    """
    spared = set(keep)
    while victims := [pid for pid in children(os.getpid()) if pid not in spared]:
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except PermissionError:
                spared.add(pid)
        for pid in victims:
            os.waitpid(pid, os.WNOHANG if pid in spared else 0)


def children(parent: int) -> list[int]:
    """Pids of a process's children; the kernel's list where it has one, else all of /proc."""
    try:
        with open(f"/proc/{parent}/task/{parent}/children") as stream:
            return [int(pid) for pid in stream.read().split()]
    except OSError:
        return [pid for pid in _listed() if _parent_of(pid) == parent]


def processor_time_ns(pid: int) -> int:
    """What a process has used so far; 0 where the kernel does not tell."""
    try:
        with open(f"/proc/{pid}/schedstat") as stream:
            return int(stream.read().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def last_cpu(pid: int) -> int | None:
    """The CPU that a process last ran on, also after its end until somebody waits for it."""
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return int(stream.read().rpartition(")")[2].split()[36])
    except (OSError, ValueError, IndexError):
        return None


def _listed() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return int(stream.read().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0

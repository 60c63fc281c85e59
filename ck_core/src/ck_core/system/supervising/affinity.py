"""Keeping a program, and only it, on certain CPUs."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing itself would cost start-up time
if TYPE_CHECKING:
    from collections.abc import Iterable


class Pin:
    """Pins a waiting process; or this one for the moment in which it starts a child."""

    def __init__(self, cpus: Iterable[int]) -> None:
        self._cpus = set(cpus)
        self._own: set[int] = set()
        self.error = ""

    def set(self, pid: int) -> None:
        """``pid`` 0 is this process, whose children inherit it."""
        if not self._cpus:
            return
        try:
            if pid == 0:
                self._own = os.sched_getaffinity(0)
            os.sched_setaffinity(pid, self._cpus)
        except (AttributeError, OSError) as problem:
            self.error = getattr(problem, "strerror", "") or "this system cannot pin processes"

    def release(self) -> None:
        """This process may run everywhere again; the child stays where it is."""
        if self._own:
            os.sched_setaffinity(0, self._own)
            self._own = set()

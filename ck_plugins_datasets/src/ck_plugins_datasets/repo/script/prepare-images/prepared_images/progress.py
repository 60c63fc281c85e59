"""How far it is, on standard error, as ckp reads it."""

from __future__ import annotations

import sys
import time

_PAUSE_S = 0.5


class Progress:
    """``ckp-progress: 500/10000 preparing images``; the beginning, the end, and now and then."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total = what, total
        self._next_s, self._told = 0.0, -1

    def tell(self, done: int) -> None:
        is_end = done == self._total and self._told != done
        if is_end or time.monotonic() >= self._next_s:
            self._next_s, self._told = time.monotonic() + _PAUSE_S, done
            sys.stderr.write(f"ckp-progress: {done}/{self._total} {self._what}\n")
            sys.stderr.flush()

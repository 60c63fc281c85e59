"""What happens while a model is loaded, but is not its loading: its time is told apart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

IMPORTING, REHEARSING, CHECKING = "importing", "rehearsing", "checking"
_spent: dict[str, int] = {}


@contextmanager
def apart(what: str) -> Iterator[None]:
    start = time.perf_counter_ns()
    try:
        yield
    finally:
        _spent[what] = _spent.get(what, 0) + time.perf_counter_ns() - start


def spent_ns(what: str = "") -> int:
    """On it, or on all, until now."""
    return _spent.get(what, 0) if what else sum(_spent.values())

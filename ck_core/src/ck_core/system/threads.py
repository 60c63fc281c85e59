"""Waiting for threads, with an ear for Ctrl-C.

The kernel may give a signal to any thread of a process, and Python acts on it in the main one: that
must not sleep without an end.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TypeVar

Result = TypeVar("Result")
_LOOK_S = 0.5


def wait_for_all(futures: Collection[Future[Result]]) -> None:
    """Until each is done, or has failed; raises KeyboardInterrupt."""
    while wait(futures, _LOOK_S).not_done:
        pass


def wait_for_any(futures: Collection[Future[Result]]) -> set[Future[Result]]:
    """Those that are done, or have failed, as soon as there is one; raises KeyboardInterrupt."""
    while not (done := wait(futures, _LOOK_S, FIRST_COMPLETED).done):
        pass
    return done

"""Work on many small items by several processes, where that is quicker and safe."""

from __future__ import annotations

import os
import threading
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from ck_core.system.host import available_cores

Item = TypeVar("Item")
_WORTH_A_FORK = 20_000
_MOST_PROCESSES = 4


def integers_of(
    function: Callable[[Sequence[Item]], array[int]], items: Sequence[Item]
) -> array[int]:
    """``function(items)``, its parts computed by forked children.

    ``function`` must answer one 64-bit integer an item and only make system calls. It runs in
    this process alone where threads could hold locks, or items are few.
    """
    parts = min(_MOST_PROCESSES, available_cores(), 1 + len(items) // _WORTH_A_FORK)
    if parts < 2 or threading.active_count() > 1 or not hasattr(os, "fork"):
        return function(items)
    size = -(-len(items) // parts)
    pieces = [items[start : start + size] for start in range(0, len(items), size)]
    try:
        children = [_start(function, piece) for piece in pieces[1:]]
    except OSError:  # no more processes for this user
        return function(items)
    numbers = function(pieces[0])
    for child, piece in zip(children, pieces[1:], strict=True):
        answer = _collect(*child)
        complete = len(answer) == len(piece)  # a child that was killed answers less
        numbers.extend(answer if complete else function(piece))
    return numbers


def _start(
    function: Callable[[Sequence[Item]], array[int]], items: Sequence[Item]
) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        with os.fdopen(writing, "wb") as stream:
            stream.write(function(items).tobytes())
    finally:
        os._exit(0)  # nothing of the parent's may be flushed or cleaned up twice


def _collect(pid: int, reading: int) -> array[int]:
    numbers = array("q")
    with os.fdopen(reading, "rb") as stream:
        content = stream.read()
    with suppress(ChildProcessError):  # whose parent ignores SIGCHLD leaves nothing to wait for
        os.waitpid(pid, 0)
    numbers.frombytes(content[: len(content) // numbers.itemsize * numbers.itemsize])
    return numbers

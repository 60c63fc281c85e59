"""One process after the other, without lock files that could be left behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keeps other ckp processes of this machine waiting while the block lasts.

    The kernel gives the lock back when the process ends, however it does. Where a file system
    knows no locks (some network ones) the block runs unprotected; writes stay atomic.
    """
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:  # it is for the block to say what is wrong with the directory
        yield
        return
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return

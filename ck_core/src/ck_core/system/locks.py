"""One process after the other, without lock files that could be left behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keeps other ckp processes of this machine waiting while the block lasts.

    The kernel gives the lock back when the process ends, however it does. Where a file system
    knows no locks (some network ones) the block runs unprotected; writes stay atomic. A
    directory that has moved away while we waited is not what the block will change.
    """
    descriptor = _lock_on(directory)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock_on(directory: Path) -> int | None:
    """None where there is no such directory: the block will say what is wrong with it."""
    while True:
        try:
            descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            return None
        _lock(descriptor)
        with suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), directory.stat()):
                return descriptor
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return

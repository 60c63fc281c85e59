"""One process after the other, without lock files that could be left behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BUSY_NAME = ".ckp-busy"
"""In the directory of a package, while tools work there."""


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


def held_by_child(file: Path) -> int:
    """A descriptor for ``pass_fds``: while a child has it, ``wait_until_idle`` waits.

    So the next who comes knows of tools that a killed ckp has left running. The caller closes
    it; where a file system knows no locks nobody waits.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def wait_until_idle(file: Path) -> None:
    """Until no child of anybody's holds what ``held_by_child`` gave it."""
    with suppress(OSError):
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # never of a pipe
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

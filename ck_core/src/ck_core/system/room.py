"""Whether a disk has room for what a program should have written."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from ck_core.system.files import staging_name

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def lack_of_room(directory: Path, *, written: int = 0, expected: int = 0) -> str:
    """Why no file in there can grow from ``written`` to ``expected`` bytes; empty where it can.

    It is tried, since a quota, blocks for root alone, inodes and ``ulimit -f`` count as well as
    free blocks. At least one byte is asked for.
    """
    try:
        _reserve(staging_name(directory / "room"), written, max(1, expected - written))
    except OSError as error:
        return os.strerror(error.errno) if error.errno in _NO_ROOM else ""
    return ""


def _reserve(file: Path, place: int, count: int) -> None:
    """In a file that has no name any more when this returns; raises OSError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        file.unlink()
        if sys.platform == "darwin":  # which reserves nothing this way
            os.pwrite(descriptor, b"\0", place + count - 1)
        else:
            os.posix_fallocate(descriptor, place, count)
    finally:
        os.close(descriptor)

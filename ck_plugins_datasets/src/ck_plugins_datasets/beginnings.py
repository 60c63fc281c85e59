"""Beginnings of files, to tell what they are."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def first_bytes(path: Path, count: int) -> bytes:
    """At most ``count``; none where it is no regular file, or cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        is_regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return os.read(descriptor, count) if is_regular else b""
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def first_line(path: Path) -> str:
    return first_bytes(path, 4096).decode("utf-8", "replace").partition("\n")[0].strip()

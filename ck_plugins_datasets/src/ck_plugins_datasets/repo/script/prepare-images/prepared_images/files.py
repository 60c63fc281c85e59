"""Files of strangers: regular ones only, never more of them than is asked for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from prepared_images.refusal import RefusedError, one_line


def open_regular(path: str | Path, *, follow: bool = True) -> int:
    """A descriptor; a pipe or device is not waited for.

    Args:
        follow: a symbolic link is no file where it is False.

    Raises:
        OSError: it is no regular file or cannot be opened.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return descriptor


def read_limited(path: Path, limit: int) -> bytes:
    """All of a file; raises RefusedError where it cannot be read or is larger than ``limit``."""
    try:
        with os.fdopen(open_regular(path), "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            content = stream.read(limit + 1) if size <= limit else b""
    except OSError as error:
        raise unreadable(path, error) from error
    if max(size, len(content)) > limit:
        raise RefusedError(
            f"{path} is larger than {limit >> 20} MiB", advice="it is not what its name says"
        )
    return content


def unreadable(path: str | Path, error: OSError) -> RefusedError:
    reason = error.strerror or one_line(error)
    return RefusedError(f"{path} cannot be read ({reason})", advice="see ls -l for whose it is")

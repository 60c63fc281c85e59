"""Writing files whole or not at all; a full or unreadable disk is one clear error."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ck_core.errors import StorageError

_PART_BYTES = 1 << 16


@contextmanager
def storage_errors(action: str, path: Path) -> Iterator[None]:
    """Turns an OSError into a StorageError that names the action and the path."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot {action} {error.filename or path}: {error.strerror or error}"
        ) from error


def write_atomically(path: Path, text: str) -> None:
    """Writes a file through a temporary name, so that readers see old or new, never half.

    Raises:
        StorageError: the directory cannot be made or written.
    """
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def read_text(file: str, limit: int) -> tuple[str, os.stat_result]:
    """A regular file's text and its state before; a stranger's pipe or device never stops ckp.

    Raises:
        OSError: it cannot be read, is no regular file or has more than ``limit`` bytes.
        UnicodeDecodeError: it is not UTF-8.
    """
    with _opened(file) as (descriptor, state):
        if state.st_size > limit:
            raise OSError(errno.EFBIG, f"larger than {limit} bytes", file)
        return _read_all(descriptor, limit).decode("utf-8"), state


def read_end(file: str, count: int) -> str:
    """The last so many bytes of a regular file as text; raises OSError as ``read_text``."""
    with _opened(file) as (descriptor, state):
        os.lseek(descriptor, max(0, state.st_size - count), os.SEEK_SET)
        return _read_all(descriptor, count).decode("utf-8", "replace")


@contextmanager
def _opened(file: str) -> Iterator[tuple[int, os.stat_result]]:
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", file)
        yield descriptor, state
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, limit: int) -> bytes:
    """An index reads a hundred thousand files; Python's streams take three times as long."""
    content = b""
    while len(content) < limit and (part := os.read(descriptor, _PART_BYTES)):
        content += part
    return content


def format_json(value: Any) -> str:
    """JSON as git diffs like it: two spaces, key order kept, a final newline."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def remove_older(directory: Path, seconds: float) -> None:
    """Removes entries of a cache that nothing has been written to for so long; never fails."""
    with suppress(OSError):
        for path in directory.iterdir():
            if time.time() - path.lstat().st_mtime > seconds:
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def new_directory(final: Path) -> Iterator[Path]:
    """A temporary directory that becomes ``final`` when the block ends well.

    Where another process was quicker, its directory stays and ours is dropped.
    """
    with storage_errors("create", final):
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=final.parent, prefix=f".{final.name}."))
    try:
        yield temporary
        with storage_errors("create", final):
            if not final.exists():
                temporary.rename(final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)

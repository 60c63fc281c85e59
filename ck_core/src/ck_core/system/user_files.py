"""Files that a user has named: whole or not at all; pipes and devices stay what they are."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from stat import S_ISREG
from typing import BinaryIO

from ck_core.errors import UsageError
from ck_core.system.files import staging_name, storage_errors

STANDARD_OUTPUT = "-"


@contextmanager
def user_file(path: Path) -> Iterator[BinaryIO]:
    """A stream to what somebody has named; ``-`` is standard output.

    A regular file has its name when all is written; behind a link it is the file that is meant.
    Anything else, such as a pipe or a terminal, is written to directly, as ``cp`` does.

    Raises:
        UsageError: it is a directory, or its directory is not there.
        StorageError: it cannot be written.
    """
    if str(path) == STANDARD_OUTPUT:
        yield from _to_standard_output(path)
        return
    with storage_errors("write", path):
        check_place(path)
        yield from _directly(path) if _is_special(path) else _whole_or_none(path)


def write_user_file(path: Path, content: bytes) -> None:
    """All of it; raises as ``user_file``."""
    with user_file(path) as stream:
        stream.write(content)


def is_standard_output(path: Path) -> bool:
    """Whether what ckp itself says there would stand amid the content."""
    if str(path) == STANDARD_OUTPUT:
        return True
    try:
        return os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):
        return False


def check_place(path: Path) -> None:
    """Raises UsageError where no file of that name can be: told before long work begins."""
    if str(path) == STANDARD_OUTPUT:
        return
    if path.is_dir():
        raise UsageError(f"{path} is a directory", hint=f"name a file: -o {quote(str(path))}/FILE")
    if not path.parent.exists():
        place = quote(str(path.parent))
        raise UsageError(f"there is no directory {path.parent}", hint=f"mkdir -p {place}")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no directory", hint="-o names a file below one")


def _to_standard_output(path: Path) -> Iterator[BinaryIO]:
    sys.stdout.flush()
    with storage_errors("write", path):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


def _directly(path: Path) -> Iterator[BinaryIO]:
    with path.open("wb") as stream:
        yield stream


def _whole_or_none(path: Path) -> Iterator[BinaryIO]:
    real = Path(os.path.realpath(path))
    temporary = staging_name(real)
    try:
        with temporary.open("xb") as stream:
            yield stream
        temporary.replace(real)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == str(temporary):
            error.filename = str(path)  # the name that the user knows
        raise


def _is_special(path: Path) -> bool:
    try:
        return not S_ISREG(path.stat().st_mode) or _is_open_already(path)
    except FileNotFoundError:
        return False


def _is_open_already(path: Path) -> bool:
    """``/dev/stdout``, ``/dev/fd/3``: what was opened for ckp must not become another file."""
    while path.is_symlink():
        place = path.parent.resolve()
        if place.is_relative_to("/proc") or place.is_relative_to("/dev/fd"):
            return True
        path = place / path.readlink()
    return False

"""Marks of files: one integer that changes whenever a file does."""

from __future__ import annotations

import errno
import os
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from stat import S_ISDIR

from ck_core.system.forks import integers_of

ABSENT, UNREADABLE, UNTRUSTED = -1, -2, 0
_COARSEST_CLOCK_NS = 2_000_000_000
"""A file changed so short ago may change again and keep its times (FAT counts in 2 s)."""


@dataclass(frozen=True)
class Listing:
    """The entries of a directory, in its own order, and a mark of one file in each."""

    names: Sequence[str]
    marks: array[int]


def mark_of(state: os.stat_result) -> int:
    """From what nobody can set back: inode, time of the last change of any kind, and size."""
    return hash((state.st_ino, state.st_ctime_ns, state.st_size)) or 1


def lasting_mark(state: os.stat_result) -> int:
    """The mark, or UNTRUSTED where a change right now might leave it as it is."""
    settled = time.time_ns() - state.st_ctime_ns > _COARSEST_CLOCK_NS
    return mark_of(state) if settled else UNTRUSTED


def list_marks(directory: str, inner: str) -> Listing:
    """Names below ``directory`` with the marks of ``NAME/inner``; hidden ones are left out.

    A mark is ABSENT where there is not even the file's own directory, UNREADABLE where there is,
    but the file cannot be looked at. All is empty where ``directory`` is none.

    Raises:
        OSError: the directory cannot be read.
    """
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return Listing([], array("q"))
    try:
        names = [name for name in os.listdir(descriptor) if name[0] != "."]  # noqa: PTH208  # hot
        marks = integers_of(lambda part: _marks(descriptor, part, f"/{inner}"), names)
    finally:
        os.close(descriptor)
    return Listing(names, marks)


def _marks(descriptor: int, names: Sequence[str], inner: str) -> array[int]:
    """A hundred thousand calls decide how long a search takes: no function call but stat."""
    marks = array("q")
    for name in names:
        try:
            state = os.stat(name + inner, dir_fd=descriptor)  # paths are slower
            marks.append(hash((state.st_ino, state.st_ctime_ns, state.st_size)) or 1)
        except OSError as error:
            marks.append(_mark_of_none(error, descriptor, os.path.dirname(name + inner)))  # noqa: PTH120  # no Path object needed
    return marks


def _mark_of_none(error: OSError, descriptor: int, directory: str) -> int:
    if error.errno not in {errno.ENOENT, errno.ENOTDIR}:
        return UNREADABLE
    try:
        return UNREADABLE if S_ISDIR(os.stat(directory, dir_fd=descriptor).st_mode) else ABSENT
    except OSError:
        return ABSENT

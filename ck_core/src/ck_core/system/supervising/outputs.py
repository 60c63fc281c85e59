"""The directories that repetitions begin with and leave behind."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat

TYPE_CHECKING = False  # typing itself would cost start-up time
if TYPE_CHECKING:
    from typing import TypeAlias

    Mark: TypeAlias = tuple[int, str] | None
    Seen: TypeAlias = dict[tuple[Mark, ...], str]

_HASHED = 1 << 24
"""Bytes of which a digest is made. What follows is compared, which takes a third of the time, ends
at the first difference, and spares the first repetition."""
_PART = 1 << 18


def new_directory(root: str, number: int, inputs: str) -> str:
    """A fresh one, with links to what every repetition begins with, if there is something."""
    directory = os.path.join(root, f"rep-{number:04d}")
    os.mkdir(directory)
    for name in os.listdir(inputs) if inputs else ():
        os.symlink(os.path.join(inputs, name), os.path.join(directory, name))
    return directory


def keep_once(root: str, directory: str, names: list[str], seen: Seen) -> str:
    """Where the outputs lie: a repetition with outputs seen before shares their directory.

    Of several long ones that begin alike only the first is compared with: a repetition too many
    that is kept costs its place on the disk, never a wrong answer.

    Args:
        seen: by size and beginning of the outputs, where the first of them are kept.
    """
    if not names:
        return directory
    marks = tuple(_mark(os.path.join(directory, name)) for name in names)
    kept = seen.setdefault(marks, directory)
    long = [name for name, mark in zip(names, marks, strict=True) if mark and mark[0] > _HASHED]
    if kept == directory or not all(_ends_alike(kept, directory, name) for name in long):
        return directory
    os.chdir(root)
    shutil.rmtree(directory, ignore_errors=True)
    return kept


def _mark(path: str) -> Mark:
    """Size, and digest of the beginning; None for what is no regular file.

    A pipe or a device might never end.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return None
        digest, left = hashlib.sha256(), _HASHED
        while left and (part := os.read(descriptor, min(left, _PART))):
            digest.update(part)
            left -= len(part)
        return found.st_size, digest.hexdigest()
    finally:
        os.close(descriptor)


def _ends_alike(kept: str, directory: str, name: str) -> bool:
    """Whether two files of one size are equal behind their beginning."""
    try:
        first = open(os.path.join(kept, name), "rb", 0)  # noqa: SIM115  # closed below
    except FileNotFoundError:  # somebody has removed what was kept
        return False
    with first, open(os.path.join(directory, name), "rb", 0) as second:
        if os.path.sameopenfile(first.fileno(), second.fileno()):  # links to one input
            return True
        first.seek(_HASHED)
        second.seek(_HASHED)
        while (part := first.read(_PART)) == second.read(_PART):
            if not part:
                return True
        return False

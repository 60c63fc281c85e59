"""The directories that repetitions begin with and leave behind."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat

Seen = dict[tuple[str | None, ...], str]
"""The directory in which outputs with these digests are kept."""


def new_directory(root: str, number: int, inputs: str) -> str:
    """A fresh one, with links to what every repetition begins with, if there is something."""
    directory = os.path.join(root, f"rep-{number:04d}")
    os.mkdir(directory)
    for name in os.listdir(inputs) if inputs else ():
        os.symlink(os.path.join(inputs, name), os.path.join(directory, name))
    return directory


def keep_once(root: str, directory: str, names: list[str], seen: Seen) -> str:
    """Where the outputs lie: a repetition with outputs seen before shares their directory."""
    if not names:
        return directory
    digest = tuple(_file_digest(os.path.join(directory, name)) for name in names)
    kept = seen.setdefault(digest, directory)
    if kept != directory:
        os.chdir(root)
        shutil.rmtree(directory, ignore_errors=True)
    return kept


def _file_digest(path: str) -> str | None:
    """None for what is no regular file: a pipe or a device might never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        digest = hashlib.sha256()
        while part := os.read(descriptor, 1 << 20):
            digest.update(part)
        return digest.hexdigest()
    finally:
        os.close(descriptor)

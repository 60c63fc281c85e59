"""Directories that come, move and go whole: by one rename, whatever interrupts."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ck_core.errors import CkpError, UsageError
from ck_core.system.files import STAGING_PREFIX, staging_name, storage_errors

_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR}


@contextmanager
def new_directory(final: Path, *, must_be_new: bool = False) -> Iterator[Path]:
    """A temporary directory that becomes ``final`` when the block ends well.

    Where another process was quicker, its directory stays and ours is dropped; with
    ``must_be_new`` that is a UsageError. Raises StorageError as well.
    """
    temporary = staging_name(final)
    with storage_errors("create", final):
        temporary.mkdir(parents=True)
    try:
        yield temporary
        with storage_errors("create", final):
            _become(temporary, final, must_be_new=must_be_new)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def move_directory(source: Path, final: Path) -> None:
    """By a rename; to another file system by a copy that appears whole, then the removal.

    Raises:
        UsageError: ``final`` is there already.
        StorageError: it cannot be written.
    """
    with storage_errors("move to", final):
        final.parent.mkdir(parents=True, exist_ok=True)
        if _renamed(source, final):
            return
    with new_directory(final, must_be_new=True) as directory:
        copy_tree(source, directory)
    remove_directory(source)


def _renamed(source: Path, final: Path) -> bool:
    """False where they lie on different file systems."""
    try:
        _become(source, final, must_be_new=True)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    return True


def copy_tree(source: Path, directory: Path) -> None:
    """Files, directories and symbolic links into an existing directory; nothing else.

    What ckp itself has not finished writing, now or before it was killed, is left out.

    Raises:
        StorageError: a file cannot be read or written.
        CkpError: a pipe, socket or device is among them.
    """
    with storage_errors("copy", source):
        for entry in os.scandir(source):
            if entry.name.startswith(STAGING_PREFIX):
                continue
            target = directory / entry.name
            if entry.is_symlink():
                target.symlink_to(os.readlink(entry.path))  # noqa: PTH115  # no Path object needed
            elif entry.is_dir():
                target.mkdir()
                copy_tree(Path(entry.path), target)
            elif entry.is_file():
                shutil.copy2(entry.path, target)
            else:
                raise CkpError(f"{entry.path} is no file and cannot be copied", hint="remove it")


def link_files(source: Path, directory: Path) -> None:
    """Symbolic links to what lies in ``source``, for somebody who may write beside it.

    Hidden entries are left out. Raises StorageError.
    """
    with storage_errors("link files to", directory):
        directory.mkdir(parents=True, exist_ok=True)
        for entry in os.scandir(source):
            if not entry.name.startswith("."):
                (directory / entry.name).symlink_to(entry.path)


def remove_directory(path: Path) -> None:
    """Out of sight by one rename, then from the disk; a link goes without what it leads to."""
    with storage_errors("remove", path):
        if path.is_symlink():
            path.unlink()
            return
        hidden = staging_name(path)
        path.rename(hidden)
        shutil.rmtree(hidden)


def remove_entry(path: Path) -> None:
    """A file, a link, or a directory with all that is in it; raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def remove_older(directory: Path, seconds: float) -> None:
    """Removes entries of a cache that nothing has been written to for so long; never fails."""
    with suppress(OSError):
        for path in directory.iterdir():
            if time.time() - path.lstat().st_mtime > seconds:
                shutil.rmtree(path, ignore_errors=True)
                path.unlink(missing_ok=True)  # where it is a file


def _become(directory: Path, final: Path, *, must_be_new: bool) -> None:
    """Every directory of ours holds something, so that the system refuses to replace another."""
    while not _renamed_to(directory, final):
        if os.path.lexists(final):
            if must_be_new:
                raise UsageError(f"{final} is there already", hint="choose another name")
            return


def _renamed_to(directory: Path, final: Path) -> bool:
    """False where the place is taken, or was a moment ago."""
    try:
        directory.rename(final)
    except OSError as error:
        taken = os.path.lexists(final) or error.errno in {errno.EEXIST, errno.ENOTEMPTY}
        if error.errno in _TAKEN and taken:
            return False
        raise
    return True

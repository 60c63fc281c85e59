"""Packing: the same tree gives the same bytes."""

from __future__ import annotations

import os
import shutil
import stat
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ck_core.errors import CkpError
from ck_core.system.archives.paths import Tree
from ck_core.system.archives.regular_files import open_regular
from ck_core.system.files import STAGING_PREFIX, staging_name, storage_errors

_PART_BYTES = 1 << 16
_FIRST_DATE, _LAST_DATE = 315_532_800, 4_354_819_198
"""1980 to 2107: what a zip's dates can say."""


def pack(root: Path, archive: Path, *, leave_out: frozenset[str] = frozenset({".git"})) -> int:
    """Zips the files and empty directories below ``root``; returns how many files.

    The same tree gives the same bytes. What ``leave_out`` names, ckp's temporaries and the archive
    itself are left out.

    Raises:
        CkpError: something is no regular file, or has a name that ``unpack`` refuses.
        StorageError: it cannot be read or written; nothing is left beside ``archive``.
    """
    with storage_errors("pack", root):
        own = archive.absolute()
        found = _names_below(root.absolute(), leave_out)
        names = sorted(name for name in found if root.absolute() / name != own)
        _check_names(root, names)
        archive.parent.mkdir(parents=True, exist_ok=True)
        temporary = staging_name(archive)
        try:
            _write_archive(root, names, temporary)
            temporary.replace(archive)
        finally:
            temporary.unlink(missing_ok=True)
    return sum(not name.endswith("/") for name in names)


def _names_below(root: Path, leave_out: frozenset[str]) -> Iterator[str]:
    """Relative names of files, and of empty directories with a final '/'."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        entries = _entries(root / below, leave_out)
        if below and not entries:
            yield below
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{below}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield f"{below}{entry.name}"
            else:
                raise _unpackable(entry.path, ": an archive holds regular files only")


def _entries(directory: Path, leave_out: frozenset[str]) -> list[os.DirEntry[str]]:
    with os.scandir(directory) as entries:
        return [
            entry
            for entry in entries
            if entry.name not in leave_out and not entry.name.startswith(STAGING_PREFIX)
        ]


def _check_names(root: Path, names: Iterable[str]) -> None:
    """An archive that nobody can unpack is refused where it can still be helped."""
    tree = Tree()
    for name in names:
        if problem := tree.add(name):
            raise _unpackable(str(root / name), f" {problem}")


def _unpackable(path: str, problem: str) -> CkpError:
    shown = path.encode(errors="backslashreplace").decode()
    return CkpError(f"{shown}{problem}", hint="rename, replace or remove it, and pack again")


def _write_archive(root: Path, names: Iterable[str], target: Path) -> None:
    with (
        target.open("xb") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in names:
            if name.endswith("/"):
                packed.writestr(_new_info(name, stat.S_IFDIR | 0o755, _FIRST_DATE), b"")
            else:
                _add_file(packed, root / name, name)


def _add_file(packed: zipfile.ZipFile, path: Path, name: str) -> None:
    with open_regular(path, os.O_NOFOLLOW) as content:
        state = os.fstat(content.fileno())
        mode = 0o755 if state.st_mode & stat.S_IXUSR else 0o644
        info = _new_info(name, stat.S_IFREG | mode, state.st_mtime)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.file_size = state.st_size  # zipfile chooses between 32 and 64 bits by it
        with packed.open(info, "w") as target:
            shutil.copyfileobj(content, target, _PART_BYTES)


def _new_info(name: str, mode: int, changed_s: float) -> zipfile.ZipInfo:
    """In UTC and always as from Unix, so that the place of packing leaves no trace."""
    date = time.gmtime(min(max(changed_s, _FIRST_DATE), _LAST_DATE))
    info = zipfile.ZipInfo(name, date[:6])
    info.create_system = 3
    info.external_attr = mode << 16
    return info

"""Unpacking: checked as a whole first, then written file by file."""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path

from ck_core.errors import StorageError
from ck_core.system.archives.checking import check_contents
from ck_core.system.archives.decoding import content, damaged
from ck_core.system.archives.limits import DEFAULT_LIMITS, Limits
from ck_core.system.archives.members import Archive, Member, refusals
from ck_core.system.archives.regular_files import open_regular
from ck_core.system.files import storage_errors


def unpack(archive: Path, directory: Path, *, limits: Limits = DEFAULT_LIMITS) -> int:
    """Writes an archive's files into an empty directory; returns how many.

    Names, kinds, sizes and space are checked before the first byte is written; contents while
    they are. The caller removes ``directory`` where this fails.

    Raises:
        BadComponentError: it is no zip archive, damaged, unsafe or beyond ``limits``.
        StorageError: it cannot be read, or there is no space for what it holds.
    """
    with (
        storage_errors("unpack", archive),
        refusals(archive),
        Archive(open_regular(archive), limits) as stream,
    ):
        contents = check_contents(stream, limits)
        _check_space(archive, directory, contents.total)
        for path in contents.directories:
            (directory / path).mkdir()
        for member in contents.files:
            _write_member(stream, member, directory / member.path)
        return len(contents.files)


def _check_space(archive: Path, directory: Path, total: int) -> None:
    free = shutil.disk_usage(directory).free
    if total > free:
        raise StorageError(
            f"cannot unpack {archive}: {total:,} bytes do not fit into {directory},"
            f" where {free:,} are free"
        )


def _write_member(stream: Archive, member: Member, target: Path) -> None:
    """The system takes the umask off the mode; what is already there is never opened."""
    size = checksum = 0
    with storage_errors("write", target), _create(target, member.info) as output:
        for part in content(stream, member):
            size += len(part)
            checksum = zlib.crc32(part, checksum)
            if size > member.info.file_size:
                break
            output.write(part)
    if (size, checksum) != (member.info.file_size, member.info.CRC):
        raise damaged(member, "size or checksum is not what the archive says")


def _create(target: Path, info: zipfile.ZipInfo) -> io.BufferedWriter:
    mode = 0o777 if info.external_attr >> 16 & stat.S_IXUSR else 0o666
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.fdopen(os.open(target, flags, mode), "wb")

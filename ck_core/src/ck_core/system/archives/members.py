"""The members of a stranger's archive: their list, and where the data of each lies.

What is wrong is a BadZipFile, ours or zipfile's, until ``refusals`` makes users' errors of them.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ck_core.errors import BadComponentError
from ck_core.system.archives.limits import Limits
from ck_core.system.archives.paths import shown

_UTF_8 = 0x800
_LOCAL_HEADER = struct.Struct("<4s22xHH")


@dataclass(frozen=True)
class Member:
    """An entry of the archive; ``begin`` and ``end`` are where its packed data lies."""

    path: str
    info: zipfile.ZipInfo
    begin: int

    @property
    def end(self) -> int:
        return self.begin + self.info.compress_size

    @property
    def is_directory(self) -> bool:
        return self.path.endswith("/")


class Archive(io.BufferedReader):
    """zipfile reads the list of members in one piece and makes objects of ten times its size."""

    def __init__(self, file: io.FileIO, limits: Limits) -> None:
        super().__init__(file)
        self._longest_read = limits.max_files * 256 + (1 << 16)

    @property
    def size(self) -> int:
        return os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._longest_read:
            raise zipfile.BadZipFile("the list of its members is too long")
        return super().read(size)


@contextmanager
def refusals(archive: Path) -> Iterator[None]:
    """Turns a BadZipFile into the error that users see."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise BadComponentError(
            f"{archive}: {error}", hint="get the archive again, or ask its author for another"
        ) from error


def bad_member(path: str, problem: str) -> zipfile.BadZipFile:
    """The error for one member."""
    return zipfile.BadZipFile(f"member {shown(path)} {problem}")


def list_infos(stream: Archive) -> tuple[list[zipfile.ZipInfo], int]:
    """The members, and where the list of them begins."""
    try:
        with zipfile.ZipFile(stream) as opened:
            return opened.infolist(), opened.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise zipfile.BadZipFile(f"not a zip archive, or a damaged one ({error})") from error


def path_of(info: zipfile.ZipInfo) -> str:
    """As it is written: ``info.filename`` ends at a NUL. Many write UTF-8 and do not say so."""
    try:
        return _raw_name(info).decode()
    except UnicodeDecodeError:
        return info.orig_filename


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF_8 else "cp437")


def locate(stream: Archive, path: str, info: zipfile.ZipInfo) -> Member:
    """Reads the header before the data, which has lengths of its own."""
    name, offset = _raw_name(info), info.header_offset
    size = _LOCAL_HEADER.size + len(name)
    if 0 <= offset < stream.size:
        stream.seek(offset)
        header = stream.read(size)
        if len(header) == size and header[_LOCAL_HEADER.size :] == name:
            mark, name_size, extra_size = _LOCAL_HEADER.unpack_from(header)
            if mark == b"PK\x03\x04" and name_size == len(name):
                return Member(path, info, offset + size + extra_size)
    raise bad_member(path, "is not where the archive says")

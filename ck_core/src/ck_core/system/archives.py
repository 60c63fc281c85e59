"""Zip archives: packed the same each time, unpacked only after all in them has been checked."""

from __future__ import annotations

import bz2
import errno
import io
import lzma
import os
import re
import shutil
import stat
import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ck_core.domain.names import new_uid, problem_of_name
from ck_core.errors import BadComponentError, CkpError, StorageError
from ck_core.system.files import storage_errors

_TEMPORARY_PREFIX = ".ckp-"
_PART_BYTES = 1 << 16
_FIRST_DATE, _LAST_DATE = 315_532_800, 4_354_819_198
"""1980 to 2107: what a zip's dates can say."""
_METHODS = frozenset(
    {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
)
_ENCRYPTED, _UTF_8, _PATCH = 0x2041, 0x800, 0x20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LZMA_HEADER = struct.Struct("<4xBI")
_LARGEST_DICTIONARY = 1 << 28
_LONGEST_PART, _LONGEST_PATH = 255, 1000
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_RATIO_FREE_BYTES = 64 << 20


@dataclass(frozen=True)
class Limits:
    """What a stranger's archive may take.

    Args:
        max_files: files and directories, those too that only stand in the paths of others.
        max_bytes: what all files have together, unpacked.
        max_ratio: that divided by the archive's own size, looked at from 64 MiB on.
    """

    max_files: int = 1_000_000
    max_bytes: int = 20 << 30
    max_ratio: int = 200


DEFAULT_LIMITS = Limits()


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
        temporary = archive.with_name(f"{_TEMPORARY_PREFIX}{new_uid()}")
        try:
            _write_archive(root, names, temporary)
            temporary.replace(archive)
        finally:
            temporary.unlink(missing_ok=True)
    return sum(not name.endswith("/") for name in names)


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
        _refusals(archive),
        _Archive(_open_regular(archive), limits) as stream,
    ):
        contents = _check_contents(stream, limits)
        _check_space(archive, directory, contents.total)
        for path in contents.directories:
            (directory / path).mkdir()
        for member in contents.files:
            _write_member(stream, member, directory / member.path)
        return len(contents.files)


# Packing


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
            if entry.name not in leave_out and not entry.name.startswith(_TEMPORARY_PREFIX)
        ]


def _check_names(root: Path, names: Iterable[str]) -> None:
    """An archive that nobody can unpack is refused where it can still be helped."""
    tree = _Tree()
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
    with _open_regular(path, os.O_NOFOLLOW) as content:
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


def _open_regular(path: Path, more_flags: int = 0) -> io.FileIO:
    """A pipe that came in a file's place neither blocks ckp nor gets into an archive."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | more_flags
    descriptor = os.open(path, flags)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return io.FileIO(descriptor)
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a regular file", str(path))


# Names


class _Tree:
    """The paths of an archive, directories with a final '/'; no two may be one on any system."""

    def __init__(self) -> None:
        self.directories: set[str] = set()
        self._members: set[str] = set()
        self._spelled: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._spelled)

    def add(self, path: str) -> str:
        """Takes a path in; says what is wrong with it, or nothing."""
        if problem := _problem_of_path(path.removesuffix("/")):
            return problem
        if path in self._members:
            return "is there twice"
        self._members.add(path)
        return self._claim(path) or self._claim_parents(path)

    def _claim_parents(self, path: str) -> str:
        end = len(path) - 1
        while (end := path.rfind("/", 0, end)) > 0:
            parent = path[: end + 1]
            if parent in self.directories:
                break
            if problem := self._claim(parent):
                return problem
        return ""

    def _claim(self, path: str) -> str:
        other = self._spelled.setdefault(_fold(path), path)
        if other != path:
            return f"clashes with {_shown(other)}"
        if path.endswith("/"):
            self.directories.add(path)
        return ""


def _fold(path: str) -> str:
    """One spelling for what is one file on macOS or Windows."""
    return unicodedata.normalize("NFC", path.removesuffix("/").casefold())


def _problem_of_path(path: str) -> str:
    """Why a path could leave its directory or cannot be everywhere; empty when it is good."""
    if path.startswith("/"):
        return "is an absolute path"
    if _UNSAFE.search(path):
        return "has a backslash or a control character in its name"
    try:
        if len(path.encode()) > _LONGEST_PATH:
            return f"has a path of more than {_LONGEST_PATH} bytes"
    except UnicodeEncodeError:
        return "has a name that is no Unicode text"
    return next(filter(None, map(_problem_of_part, path.split("/"))), "")


def _problem_of_part(part: str) -> str:
    if part in {"", ".", ".."}:
        return f"has a part {part!r} in its path"
    if part[-1] in ". ":
        return "has a part that ends with a dot or a space"
    if part[1:2] == ":":
        return "has a drive letter in its path"
    if len(part.encode()) > _LONGEST_PART:
        return f"has a part of more than {_LONGEST_PART} bytes"
    return "has a part that is reserved on Windows" if _is_reserved(part) else ""


def _is_reserved(part: str) -> bool:
    """Asks only for what can be a device, as ``problem_of_name`` has stricter rules besides.

    Windows takes 'COM¹' for 'COM1', and looks at nothing from the first dot on.
    """
    stem = unicodedata.normalize("NFKC", part.partition(".")[0].rstrip(" "))
    return len(stem) in {3, 4} and stem.isalnum() and bool(problem_of_name(stem))


def _shown(path: str) -> str:
    return f"{path!r:.80}"


# Checking


@dataclass(frozen=True)
class _Member:
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


@dataclass(frozen=True)
class _Contents:
    """An archive that may be unpacked; ``directories`` has parents before children."""

    files: Sequence[_Member]
    directories: Sequence[str]
    total: int


class _Archive(io.BufferedReader):
    """zipfile reads the list of members in one piece and makes objects of ten times its size."""

    def __init__(self, file: io.FileIO, limits: Limits) -> None:
        super().__init__(file)
        self._longest_read = limits.max_files * 256 + _PART_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._longest_read:
            raise zipfile.BadZipFile("the list of its members is too long")
        return super().read(size)


@contextmanager
def _refusals(archive: Path) -> Iterator[None]:
    """Turns a BadZipFile, ours or zipfile's, into the error that users see."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise BadComponentError(
            f"{archive}: {error}", hint="get the archive again, or ask its author for another"
        ) from error


def _check_contents(stream: _Archive, limits: Limits) -> _Contents:
    infos, end = _list_infos(stream)
    total = sum(info.file_size for info in infos)
    _check_limits(len(infos), total, os.fstat(stream.fileno()).st_size, limits)
    paths = [_path_of(info) for info in infos]
    for path, info in zip(paths, infos, strict=True):
        _refuse(path, _problem_of_info(path, info))
    directories = _check_paths(paths, limits)
    members = [_locate(stream, path, info) for path, info in zip(paths, infos, strict=True)]
    _check_overlaps(members, end)
    files = [member for member in members if not member.is_directory]
    return _Contents(files, directories, total)


def _list_infos(stream: _Archive) -> tuple[list[zipfile.ZipInfo], int]:
    """The members, and where the list of them begins."""
    try:
        with zipfile.ZipFile(stream) as opened:
            return opened.infolist(), opened.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise zipfile.BadZipFile(f"not a zip archive, or a damaged one ({error})") from error


def _path_of(info: zipfile.ZipInfo) -> str:
    """As it is written: ``info.filename`` ends at a NUL. Many write UTF-8 and do not say so."""
    try:
        return _raw_name(info).decode()
    except UnicodeDecodeError:
        return info.orig_filename


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF_8 else "cp437")


def _refuse(path: str, problem: str) -> None:
    if problem:
        raise zipfile.BadZipFile(f"member {_shown(path)} {problem}")


def _check_limits(count: int, total: int, packed: int, limits: Limits) -> None:
    if count > limits.max_files:
        raise zipfile.BadZipFile(f"holds more than {limits.max_files:,} files")
    if total > limits.max_bytes:
        raise zipfile.BadZipFile(f"unpacks to {total:,} bytes, more than {limits.max_bytes:,}")
    if total > max(_RATIO_FREE_BYTES, packed * limits.max_ratio):
        raise zipfile.BadZipFile(f"unpacks to more than {limits.max_ratio} times its size")


def _problem_of_info(path: str, info: zipfile.ZipInfo) -> str:
    """Why a member cannot be unpacked, its name aside; empty when it can."""
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in _METHODS or info.flag_bits & _PATCH:
        return f"is compressed in a way ckp does not know ({info.compress_type})"
    wanted, no_content = (stat.S_IFDIR, True) if path.endswith("/") else (stat.S_IFREG, False)
    if stat.S_IFMT(info.external_attr >> 16) not in {0, wanted}:
        return "is a link or another special file"
    if no_content and info.file_size:
        return "is a directory with content"
    stored = info.compress_type == zipfile.ZIP_STORED
    return "has two sizes" if stored and info.compress_size != info.file_size else ""


def _check_paths(paths: Iterable[str], limits: Limits) -> list[str]:
    """All directories, parents first; those named only in other paths count as well."""
    tree = _Tree()
    for path in paths:
        _refuse(path, tree.add(path))
        if len(tree) > limits.max_files:
            raise zipfile.BadZipFile(f"holds more than {limits.max_files:,} files and directories")
    return sorted(tree.directories)


def _locate(stream: _Archive, path: str, info: zipfile.ZipInfo) -> _Member:
    """Reads the header before the data, which has lengths of its own."""
    name, offset = _raw_name(info), info.header_offset
    size = _LOCAL_HEADER.size + len(name)
    if 0 <= offset < os.fstat(stream.fileno()).st_size:
        stream.seek(offset)
        header = stream.read(size)
        if len(header) == size and header[_LOCAL_HEADER.size :] == name:
            mark, name_size, extra_size = _LOCAL_HEADER.unpack_from(header)
            if mark == b"PK\x03\x04" and name_size == len(name):
                return _Member(path, info, offset + size + extra_size)
    raise zipfile.BadZipFile(f"member {_shown(path)} is not where the archive says")


def _check_overlaps(members: Iterable[_Member], end: int) -> None:
    """Many members in the same bytes: a bomb that no ratio of one member shows."""
    before = 0
    for member in sorted(members, key=lambda member: member.info.header_offset):
        if member.info.header_offset < before or member.end > end:
            raise zipfile.BadZipFile(f"member {_shown(member.path)} overlaps another part")
        before = member.end


def _check_space(archive: Path, directory: Path, total: int) -> None:
    free = shutil.disk_usage(directory).free
    if total > free:
        raise StorageError(
            f"cannot unpack {archive}: {total:,} bytes do not fit into {directory},"
            f" where {free:,} are free"
        )


# Writing


class _Decoder(Protocol):
    """What bz2's and lzma's decoders share; they give no more than they are asked for."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Inflate:
    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        self._is_full = False

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._is_full and not self._decoder.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        part = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        self._is_full = len(part) == max_length
        return part


def _write_member(stream: _Archive, member: _Member, target: Path) -> None:
    """The system takes the umask off the mode; what is already there is never opened."""
    size = checksum = 0
    with storage_errors("write", target), _create(target, member.info) as output:
        for part in _content(stream, member):
            size += len(part)
            checksum = zlib.crc32(part, checksum)
            if size > member.info.file_size:
                break
            output.write(part)
    if (size, checksum) != (member.info.file_size, member.info.CRC):
        raise _damaged(member, "size or checksum is not what the archive says")


def _create(target: Path, info: zipfile.ZipInfo) -> io.BufferedWriter:
    mode = 0o777 if info.external_attr >> 16 & stat.S_IXUSR else 0o666
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.fdopen(os.open(target, flags, mode), "wb")


def _content(stream: _Archive, member: _Member) -> Iterator[bytes]:
    """Not zipfile's reader: for bzip2 and LZMA it holds all that 4 KiB unpack to, gigabytes."""
    decoder: _Decoder
    begin = member.begin
    match member.info.compress_type:
        case zipfile.ZIP_STORED:
            return _packed(stream, begin, member.end)
        case zipfile.ZIP_BZIP2:
            decoder = bz2.BZ2Decompressor()
        case zipfile.ZIP_LZMA:
            decoder = _lzma_decoder(stream, member)
            begin += _LZMA_HEADER.size
        case _:
            decoder = _Inflate()
    return _decoded(member, decoder, _packed(stream, begin, member.end))


def _packed(stream: _Archive, begin: int, end: int) -> Iterator[bytes]:
    stream.seek(begin)
    while begin < end and (part := stream.read(min(_PART_BYTES, end - begin))):
        begin += len(part)
        yield part


def _decoded(member: _Member, decoder: _Decoder, packed: Iterator[bytes]) -> Iterator[bytes]:
    while not decoder.eof:
        data = next(packed, b"") if decoder.needs_input else b""
        if not data and decoder.needs_input:
            return
        try:
            part = decoder.decompress(data, _PART_BYTES)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise _damaged(member, str(error)) from error  # an OSError is bz2's for bad data
        yield part


def _lzma_decoder(stream: _Archive, member: _Member) -> lzma.LZMADecompressor:
    """The dictionary is no larger than the member: it would take that memory at once."""
    stream.seek(member.begin)
    try:
        numbers, dictionary = _LZMA_HEADER.unpack(stream.read(_LZMA_HEADER.size))
        dictionary = min(dictionary, member.info.file_size, _LARGEST_DICTIONARY)
        lzma1 = {
            "id": lzma.FILTER_LZMA1,
            "dict_size": max(dictionary, 1 << 12),
            "lc": numbers % 9,
            "lp": numbers // 9 % 5,
            "pb": numbers // 45,
        }
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[lzma1])
    except (struct.error, ValueError, lzma.LZMAError) as error:
        raise _damaged(member, str(error)) from error


def _damaged(member: _Member, problem: str) -> zipfile.BadZipFile:
    return zipfile.BadZipFile(f"member {_shown(member.path)} is damaged: {problem}")

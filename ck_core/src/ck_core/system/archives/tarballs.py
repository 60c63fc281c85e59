"""Tar archives of sources, compressed or not: checked as a whole, links made last.

No byte is ever written through a link: those of the archive are made when all files are there, and
one that leads out of its directory ends the unpacking.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path
from zipfile import BadZipFile

from ck_core.errors import BadComponentError, StorageError
from ck_core.system.archives.limits import DEFAULT_LIMITS, Limits, check_limits
from ck_core.system.archives.paths import shown
from ck_core.system.archives.regular_files import open_regular
from ck_core.system.files import storage_errors

_DAMAGE = (BadZipFile, tarfile.TarError, EOFError, zlib.error, LZMAError, ValueError, OverflowError)
_PART_BYTES = 1 << 20


def unpack_tarball(archive: Path, directory: Path, *, limits: Limits = DEFAULT_LIMITS) -> int:
    """Writes an archive's files and links into an empty directory; returns how many.

    Owners, times and modes but the bit for execution are not kept; devices and pipes are refused.
    The caller removes ``directory`` where this fails.

    Raises:
        BadComponentError: it is no tar archive, damaged, unsafe or beyond ``limits``.
        StorageError: it cannot be read, or there is no space for what it holds.
    """
    with (
        storage_errors("unpack", archive),
        _refusals(archive),
        open_regular(archive) as stream,
        _opened(stream) as opened,
    ):
        members = _members(opened, os.fstat(stream.fileno()).st_size, limits)
        _check_space(archive, directory, sum(one.size for one in members if one.isreg()))
        _write(opened, members, directory)
    return len(members)


@contextmanager
def _refusals(archive: Path) -> Iterator[None]:
    """Damage shows as one of many errors, an OSError without a number among them."""
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        problem = str(error) if isinstance(error, BadZipFile) else f"damaged ({error})"
        hint = "get the archive again, or ask its author for another"
        raise BadComponentError(f"{archive}: {problem}", hint=hint) from error


@contextmanager
def _opened(stream: io.FileIO) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(fileobj=io.BufferedReader(stream), mode="r:*") as opened:
            yield opened
    except tarfile.ReadError as error:
        raise BadZipFile(f"neither a zip nor a tar archive, or a damaged one ({error})") from error


def _members(opened: tarfile.TarFile, packed: int, limits: Limits) -> list[tarfile.TarInfo]:
    """All but the directory it starts in; raises BadZipFile, as for zip archives."""
    members: list[tarfile.TarInfo] = []
    total = 0
    for member in opened:
        total += max(0, member.size)
        check_limits(len(members), total, packed, limits)
        member.name = member.name.removeprefix("./").rstrip("/")
        if member.name in {"", "."}:
            continue
        if problem := _problem(member):
            raise BadZipFile(f"member {shown(member.name)} {problem}")
        members.append(member)
    return members


def _problem(member: tarfile.TarInfo) -> str:
    """Why a member cannot be unpacked; empty when it can."""
    if problem := _problem_of_path(member.name):
        return problem
    if member.isdir() or member.isreg():
        return ""
    if member.islnk():
        return _problem_of_path(member.linkname.removeprefix("./"))
    if member.issym():
        return "is a link to an absolute path" if member.linkname.startswith("/") else ""
    return "is a device, a pipe or another special file"


def _problem_of_path(path: str) -> str:
    if path.startswith("/"):
        return "is an absolute path"
    if "\0" in path or "\\" in path or not path.isprintable():
        return "has a backslash or a control character in its name"
    return "has a part '..' in its path" if ".." in path.split("/") else ""


def _check_space(archive: Path, directory: Path, total: int) -> None:
    free = shutil.disk_usage(directory).free
    if total > free:
        raise StorageError(
            f"cannot unpack {archive}: {total:,} bytes do not fit into {directory},"
            f" where {free:,} are free"
        )


def _write(opened: tarfile.TarFile, members: Sequence[tarfile.TarInfo], directory: Path) -> None:
    for member in members:
        target = directory / member.name
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
        elif member.isreg():
            _write_file(opened, member, target)
    for member in members:
        if member.islnk():
            _copy(directory / member.linkname.removeprefix("./"), directory / member.name)
    links = [member for member in members if member.issym()]
    for member in links:
        _link(member, directory)
    for member in links:  # now only it shows where they lead, for one may go through another
        _check_link(member, directory)


def _write_file(opened: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Of two members with one name the later counts."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(target):
        target.unlink()
    source = opened.extractfile(member)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    mode = 0o777 if member.mode & 0o100 else 0o666
    with storage_errors("write", target), os.fdopen(os.open(target, flags, mode), "wb") as output:
        if source is not None:
            shutil.copyfileobj(source, output, _PART_BYTES)
    if target.stat().st_size != member.size:
        raise BadZipFile(f"member {shown(member.name)} is cut off")


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BadZipFile(f"member {shown(target.name)} is a link to what is not in the archive")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _link(member: tarfile.TarInfo, directory: Path) -> None:
    link = directory / member.name
    if not _is_inside(link.parent, directory):
        raise BadZipFile(f"member {shown(member.name)} lies behind a link")
    link.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(link):
        link.unlink()
    link.symlink_to(member.linkname)


def _check_link(member: tarfile.TarInfo, directory: Path) -> None:
    if not _is_inside(directory / member.name, directory):
        raise BadZipFile(f"member {shown(member.name)} is a link that leads out of the archive")


def _is_inside(path: Path, directory: Path) -> bool:
    try:
        return path.resolve().is_relative_to(directory.resolve())
    except RuntimeError:  # links in a circle, which lead nowhere
        return True

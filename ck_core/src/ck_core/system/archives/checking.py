"""What is known of an archive before a byte of it is unpacked: all of it may be, or nothing."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ck_core.system.archives.limits import Limits, check_limits
from ck_core.system.archives.members import Archive, Member, bad_member, list_infos, locate, path_of
from ck_core.system.archives.paths import Tree

_METHODS = frozenset(
    {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
)
_ENCRYPTED, _PATCH = 0x2041, 0x20


@dataclass(frozen=True)
class Contents:
    """An archive that may be unpacked; ``directories`` has parents before children."""

    files: Sequence[Member]
    directories: Sequence[str]
    total: int


def check_contents(stream: Archive, limits: Limits) -> Contents:
    """Raises BadZipFile."""
    infos, end = list_infos(stream)
    total = sum(info.file_size for info in infos)
    check_limits(len(infos), total, stream.size, limits)
    named = [(path_of(info), info) for info in infos]
    for path, info in named:
        if problem := _problem_of_info(path, info):
            raise bad_member(path, problem)
    directories = _check_paths((path for path, _ in named), limits)
    members = [locate(stream, path, info) for path, info in named]
    _check_overlaps(members, end)
    return Contents([one for one in members if not one.is_directory], directories, total)


def _problem_of_info(path: str, info: zipfile.ZipInfo) -> str:
    """Why a member cannot be unpacked, its name aside; empty when it can."""
    is_directory = path.endswith("/")
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in _METHODS or info.flag_bits & _PATCH:
        return f"is compressed in a way ckp does not know ({info.compress_type})"
    wanted = stat.S_IFDIR if is_directory else stat.S_IFREG
    if stat.S_IFMT(info.external_attr >> 16) not in {0, wanted}:
        return "is a link or another special file"
    if is_directory and info.file_size:
        return "is a directory with content"
    stored = info.compress_type == zipfile.ZIP_STORED
    return "has two sizes" if stored and info.compress_size != info.file_size else ""


def _check_paths(paths: Iterable[str], limits: Limits) -> list[str]:
    """All directories, parents first; those named only in other paths count as well."""
    tree = Tree()
    for path in paths:
        if problem := tree.add(path):
            raise bad_member(path, problem)
        if len(tree) > limits.max_files:
            raise zipfile.BadZipFile(f"holds more than {limits.max_files:,} files and directories")
    return sorted(tree.directories)


def _check_overlaps(members: Iterable[Member], end: int) -> None:
    """Many members in the same bytes: a bomb that no ratio of one member shows."""
    before = 0
    for member in sorted(members, key=lambda member: member.info.header_offset):
        if member.info.header_offset < before or member.end > end:
            raise bad_member(member.path, "overlaps another part")
        before = member.end

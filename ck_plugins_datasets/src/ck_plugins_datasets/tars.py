"""How many images of a kind a tar archive holds: its headers are read, and nothing else of it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_BLOCK = 512
_MOST_HEADERS = 400_000


@dataclass(frozen=True, kw_only=True)
class Tar:
    """``sorted_out`` is whether the images lie in directories of classes."""

    count: int
    digest: str
    sorted_out: bool
    problem: str


class _DamagedError(Exception):
    """Where, and how."""


def read_tar(path: Path, wanted: re.Pattern[str]) -> Tar | None:
    """None where its first file is no such image."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return _read(descriptor, wanted)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _read(descriptor: int, wanted: re.Pattern[str]) -> Tar | None:
    names: list[str] = []
    digest, problem = sha256(), ""
    try:
        for name, size in _files(descriptor):
            is_wanted = wanted.fullmatch(name.rpartition("/")[2])
            if not names and not is_wanted:
                return None
            if is_wanted:
                names.append(name)
                digest.update(f"{name}\0{size}\n".encode())
    except _DamagedError as error:
        problem = f"is damaged: {error}; get it again"
    if not names:
        return None
    folders = {one.rpartition("/")[0] for one in names}
    sorted_out = all(re.search(r"(^|/)n\d{8}$", one) for one in folders)
    return Tar(count=len(names), digest=digest.hexdigest(), sorted_out=sorted_out, problem=problem)


def _files(descriptor: int) -> Iterator[tuple[str, int]]:
    """Name and size of each regular file, by the header's own short name."""
    place, end = 0, os.fstat(descriptor).st_size
    for _ in range(_MOST_HEADERS):
        block = os.pread(descriptor, _BLOCK, place)
        if not any(block):
            return
        size = _checked_size(block, place)
        if block[156:157] in {b"0", b"\0"}:
            yield block[:100].partition(b"\0")[0].decode("ascii", "replace"), size
        if place + _BLOCK + size > end:
            raise _DamagedError(f"it ends at byte {end:,}, within a file")
        place += _BLOCK + -(-size // _BLOCK) * _BLOCK


def _checked_size(block: bytes, place: int) -> int:
    try:
        told, size = _octal(block[148:156]), _octal(block[124:136])
    except ValueError:
        raise _DamagedError(f"there is no header at byte {place:,}") from None
    if (
        len(block) < _BLOCK
        or told != sum(block[:148]) + sum(block[156:]) + 8 * ord(" ")
        or size < 0
    ):
        raise _DamagedError(f"the header at byte {place:,} has a wrong checksum")
    return size


def _octal(field: bytes) -> int:
    return int(field.strip(b" \0") or b"0", 8)

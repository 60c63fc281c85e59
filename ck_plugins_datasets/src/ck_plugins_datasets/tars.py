"""How many images of a kind a tar archive holds: its headers are read, and nothing else of it.

It knows the forms that ``script:prepare-images`` knows, which stands alone and cannot share this.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_BLOCK = 512
_MOST_HEADERS = 400_000
_LONGEST_NAME = 1 << 16
_BINARY = 0x80
_REGULAR = frozenset({b"0", b"\0", b"7"})
_PAX_FOR_ALL = b"g"


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
    """Name and size of each regular file."""
    place, end, told = 0, os.fstat(descriptor).st_size, ""
    for _ in range(_MOST_HEADERS):
        block = os.pread(descriptor, _BLOCK, place)
        if not any(block):
            return
        kind, data, size = block[156:157], place + _BLOCK, _checked_size(block, place)
        if kind in _NAMES:
            told = _NAMES[kind](os.pread(descriptor, min(size, _LONGEST_NAME), data))
        elif kind != _PAX_FOR_ALL:
            if kind in _REGULAR:
                yield told or _name(block), size
            told = ""
        if data + size > end:
            raise _DamagedError(f"it ends at byte {end:,}, within a file")
        place = data + -(-size // _BLOCK) * _BLOCK


def _checked_size(block: bytes, place: int) -> int:
    if len(block) < _BLOCK:
        raise _DamagedError(f"it ends within the header at byte {place:,}")
    try:
        told, size = _number(block[148:156]), _number(block[124:136])
    except ValueError:
        raise _DamagedError(f"there is no header at byte {place:,}") from None
    if told != sum(block[:148]) + sum(block[156:]) + 8 * ord(" ") or size < 0:
        raise _DamagedError(f"the header at byte {place:,} has a wrong checksum")
    return size


def _number(field: bytes) -> int:
    """Octal digits, or GNU's binary form."""
    if field[0] == _BINARY:
        return int.from_bytes(field[1:], "big")
    return int(field.strip(b" \0") or b"0", 8)


def _name(block: bytes) -> str:
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    name = _text(block[:100])
    return f"{prefix}/{name}" if prefix else name


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")


def _pax_path(data: bytes) -> str:
    """Of records ``LENGTH key=value`` and a line's end, LENGTH of all of it, that of ``path``."""
    while data:
        digits = data.partition(b" ")[0]
        length = int(digits) if digits.isdigit() and len(digits) < 8 else 0
        if not len(digits) < length <= len(data):
            return ""
        key, _, value = data[len(digits) + 1 : length - 1].partition(b"=")
        if key == b"path":
            return value.decode("utf-8", "replace")
        data = data[length:]
    return ""


_NAMES: Mapping[bytes, Callable[[bytes], str]] = {b"L": _text, b"x": _pax_path}
"""Kinds of headers that tell the name of the next file."""

"""Where the files in a tar archive lie; nothing is unpacked.

Not by tarfile, which takes damage behind the first member for the end of the archive.
The format is POSIX.1-2017, pax, "ustar Interchange Format", with GNU's long names and sizes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prepared_images.files import open_regular, unreadable
from prepared_images.refusal import RefusedError

_BLOCK = 512
_LONGEST_NAME = 1 << 16
_REGULAR = frozenset({b"0", b"\0", b"7"})
_LONG_NAME, _PAX, _PAX_FOR_ALL = b"L", b"x", b"g"
_ADVICE = "get it again, and compare its size and hash with those of where it is from"


@dataclass(frozen=True)
class Member:
    """A regular file; its bytes are in the archive from ``offset`` on."""

    name: str
    offset: int
    size: int


@dataclass(frozen=True)
class _Header:
    name: str
    size: int
    kind: bytes


def read_members(archive: Path) -> list[Member]:
    """Raises RefusedError where the archive is damaged or cut off anywhere."""
    try:
        descriptor = open_regular(archive)
    except OSError as error:
        raise unreadable(archive, error) from error
    try:
        return list(_members(descriptor, archive))
    except OSError as error:
        raise unreadable(archive, error) from error
    finally:
        os.close(descriptor)


def _members(descriptor: int, archive: Path) -> Iterator[Member]:
    place, end, long_name = 0, os.fstat(descriptor).st_size, ""
    if not end:
        raise _damaged(archive, place, "it is empty")
    while block := os.pread(descriptor, _BLOCK, place):
        if not any(block) and len(block) == _BLOCK:
            return
        header = _header(block, archive, place)
        data, place = place + _BLOCK, place + _BLOCK + _padded(header.size)
        if data + header.size > end:
            raise _damaged(archive, data, f"{end - data:,} of {header.size:,} bytes are there")
        if header.kind in {_LONG_NAME, _PAX}:
            told = os.pread(descriptor, min(header.size, _LONGEST_NAME), data)
            long_name = _text(told) if header.kind == _LONG_NAME else _pax_path(told)
        elif header.kind != _PAX_FOR_ALL:
            if header.kind in _REGULAR:
                yield Member(long_name or header.name, data, header.size)
            long_name = ""


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _header(block: bytes, archive: Path, place: int) -> _Header:
    if len(block) < _BLOCK:
        raise _damaged(archive, place, "it ends within a header")
    told, size = _number(block[148:156]), _number(block[124:136])
    if told != sum(block[:148]) + sum(block[156:]) + 8 * ord(" ") or size < 0:
        raise _damaged(archive, place, "a header's checksum is wrong")
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    name = _text(block[:100])
    return _Header(f"{prefix}/{name}" if prefix else name, size, block[156:157])


def _number(field: bytes) -> int:
    """Octal digits, or GNU's binary form; -1 for what is neither."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if all(one in b"01234567" for one in digits) else -1


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


def _damaged(archive: Path, place: int, how: str) -> RefusedError:
    return RefusedError(f"{archive} is damaged at byte {place:,}: {how}", advice=_ADVICE)

"""The lines of a file of points, from either end; whatever lies there, memory stays bounded."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ck_core.store.experiments import LONGEST_LINE
from ck_core.system.files import storage_errors
from ck_core.system.locks import locked

_BLOCK = 1 << 18


class Line(NamedTuple):
    """One line where it stands; ``content`` is without its end, and empty where it is too long.

    ``size`` is in bytes, with the end; only the last line of a file may have none.
    """

    offset: int
    size: int
    content: bytes
    ended: bool

    @property
    def is_too_long(self) -> bool:
        return self.size > LONGEST_LINE + self.ended


def open_points(file: Path) -> BinaryIO | None:
    """For reading; None where there is no such file, which is an experiment without points.

    Raises:
        StorageError: it cannot be read, or is a pipe, a device or a directory.
    """
    with storage_errors("read", file):
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "not a regular file", str(file))
        return os.fdopen(descriptor, "rb", _BLOCK)


def settled_end(stream: BinaryIO, directory: Path) -> int:
    """Where the last line ends that nobody is still writing.

    Only where the last byte ends no line somebody may be at it; then we wait for the lock.
    """
    end = os.fstat(stream.fileno()).st_size
    if not end or _byte_before(stream, end) == b"\n":
        return end
    with locked(directory):
        return os.fstat(stream.fileno()).st_size


def _byte_before(stream: BinaryIO, end: int) -> bytes:
    return os.pread(stream.fileno(), 1, end - 1)


def lines_from(stream: BinaryIO, offset: int, end: int) -> Iterator[Line]:
    """The lines between two places of a file."""
    stream.seek(offset)
    while offset < end:
        content = stream.readline(min(LONGEST_LINE + 1, end - offset))
        if not content:  # somebody has made the file shorter
            return
        ended = content.endswith(b"\n")
        size = len(content)
        if not ended and size > LONGEST_LINE:
            more, ended = _skip_line(stream, end - offset - size)
            size, content = size + more, b""
        yield Line(offset, size, content[:-1] if content and ended else content, ended)
        offset += size


def line_end(descriptor: int, place: int, end: int) -> int:
    """Where the line ends that a place lies in; ``end`` where no further does."""
    while place < end and (block := os.pread(descriptor, _BLOCK, place)):
        found = block.find(b"\n")
        if found >= 0:
            return min(end, place + found + 1)
        place += len(block)
    return end


def _skip_line(stream: BinaryIO, limit: int) -> tuple[int, bool]:
    skipped = 0
    while part := stream.readline(min(_BLOCK, limit - skipped)):
        skipped += len(part)
        if part.endswith(b"\n"):
            return skipped, True
    return skipped, False


def lines_backwards(stream: BinaryIO, end: int) -> Iterator[Line]:
    """The lines before a place of a file, the last first."""
    parts: list[bytes] = []
    tail, ended = end, False
    if end and _byte_before(stream, end) == b"\n":
        end, ended = end - 1, True
    while end > 0:
        start = max(0, end - _BLOCK)
        block = os.pread(stream.fileno(), end - start, start)
        while (place := block.rfind(b"\n")) >= 0:
            offset = start + place + 1
            parts.append(block[place + 1 :])
            yield _joined(offset, tail, parts, ended=ended)
            block, parts, tail, ended = block[:place], [], offset, True
        parts = [*parts, block] if tail - start <= LONGEST_LINE + 1 else []
        end = start
    if tail:
        yield _joined(0, tail, parts, ended=ended)


def _joined(offset: int, tail: int, parts: list[bytes], *, ended: bool) -> Line:
    line = Line(offset, tail - offset, b"".join(reversed(parts)), ended)
    return line._replace(content=b"") if line.is_too_long else line


def count_lines(stream: BinaryIO, end: int) -> int:
    """How many lines begin before a place."""
    stream.seek(0)
    count, place, last = 0, 0, b"\n"
    while place < end and (block := stream.read(min(_BLOCK, end - place))):
        count += block.count(b"\n")
        place += len(block)
        last = block[-1:]
    return count + (last != b"\n")

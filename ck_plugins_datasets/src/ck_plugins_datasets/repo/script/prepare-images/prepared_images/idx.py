"""The idx format of MNIST and its relatives: a header, then bytes; packed by gzip or not.

Format: "THE IDX FILE FORMAT" on MNIST's page: two zero bytes, a type (8: unsigned bytes, 12: 32-bit
integers), the number of dimensions, each dimension as a big-endian 32-bit integer, the values.
"""

from __future__ import annotations

import errno
import gzip
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Protocol

from prepared_images.files import open_regular, unreadable
from prepared_images.labels import read_classes
from prepared_images.listing import Bytes, Image, Listing, file_facts
from prepared_images.refusal import RefusedError, one_line

_BYTES, _INTEGERS = 8, 12
_WIDTHS = {_BYTES: 1, _INTEGERS: 4}
_LARGEST = 4 << 30
_MOST_IMAGES = 2_000_000
_PART = 1 << 20
_ADVICE = "get it again, and compare its size and hash with those of where it is from"


class _Readable(Protocol):
    """A file, packed or not."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Header:
    """``size`` is the header's own, in bytes."""

    kind: int
    dimensions: tuple[int, ...]

    @property
    def size(self) -> int:
        return 4 + 4 * len(self.dimensions)

    @property
    def content(self) -> int:
        """Bytes behind the header."""
        return prod(self.dimensions) * _WIDTHS[self.kind]


def list_idx(path: Path, labels: Path | None, vocabulary: str) -> Listing:
    """Images are called by their number; where the file is packed, ``unpack`` must go before.

    Raises:
        RefusedError: a file is none of the format, cut off, or not of as many as the other.
    """
    header = _image_header(path)
    count, height, width = header.dimensions
    known = _labels(labels, count) if labels else [None] * count
    size, turned = height * width, vocabulary.startswith("emnist")
    places = (
        Bytes(str(path), header.size + n * size, size, (width, height), turned)
        for n in range(count)
    )
    return Listing(
        images=[Image(f"{n:05}", known[n], place) for n, place in enumerate(places)],
        facts=[file_facts(labels)] if labels else [],
        vocabulary=vocabulary,
        classes=read_classes(vocabulary),
        packed=path if path.suffix == ".gz" else None,
    )


def _image_header(path: Path) -> Header:
    with _opened(path) as stream:
        header = read_header(stream, path)
    if header.kind != _BYTES or len(header.dimensions) != 3 or not all(header.dimensions):
        raise _bad(path, f"holds {_told(header)}, not images of bytes")
    if header.dimensions[0] > _MOST_IMAGES:
        raise _bad(path, f"says it holds {header.dimensions[0]:,} images")
    if path.suffix != ".gz":
        _check_size(path, header)
    return header


def unpack(path: Path, target: Path) -> None:
    """What a packed file holds, behind a gap for its header; raises RefusedError and OSError."""
    with target.open("wb") as plain, _opened(path) as stream:
        header = read_header(stream, path)
        plain.write(bytes(header.size))
        for part in _content(stream, header, path):
            plain.write(part)


def _check_size(path: Path, header: Header) -> None:
    there = path.stat().st_size - header.size
    if there != header.content:
        raise _bad(path, f"has {there:,} bytes of content where {header.content:,} should be")


def _labels(path: Path, count: int) -> list[int | None]:
    """Of several numbers for each, as QMNIST has them, the first is the class."""
    with _opened(path) as stream:
        header = read_header(stream, path)
        if header.dimensions[:1] != (count,) or len(header.dimensions) > 2:
            raise _bad(path, f"holds {_told(header)}, but there are {count:,} images")
        content = b"".join(_content(stream, header, path))
    step = header.content // count
    first = (content[n : n + _WIDTHS[header.kind]] for n in range(0, len(content), step))
    return [int.from_bytes(one, "big") for one in first]


def read_header(stream: _Readable, path: Path) -> Header:
    """Raises RefusedError."""
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _WIDTHS or not 0 < start[3] < 5:
        raise _bad(path, f"begins with {start.hex()}, as no idx file of images or labels does")
    sizes = stream.read(4 * start[3])
    if len(sizes) < 4 * start[3]:
        raise _bad(path, "ends within its header")
    header = Header(start[2], struct.unpack(f">{start[3]}I", sizes))
    if header.content > _LARGEST:
        raise _bad(path, f"says it holds {header.content:,} bytes")
    return header


def _content(stream: _Readable, header: Header, path: Path) -> Iterator[bytes]:
    """What the header says and no byte more, whatever is packed in the file."""
    left = header.content
    while left and (part := stream.read(min(left, _PART))):
        left -= len(part)
        yield part
    if left or stream.read(1):
        problem = f"lacks {left:,} of" if left else "has more than"
        raise _bad(path, f"{problem} the {header.content:,} bytes that its header says")


@contextmanager
def _opened(path: Path) -> Iterator[_Readable]:
    """Its content, unpacked; what goes wrong meanwhile is a RefusedError."""
    try:
        with os.fdopen(open_regular(path), "rb") as packed:
            yield gzip.GzipFile(fileobj=packed) if path.suffix == ".gz" else packed
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _bad(path, f"is damaged ({one_line(error)})") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:  # of the file that its content goes to
            raise
        raise unreadable(path, error) from error


def _told(header: Header) -> str:
    kind = "bytes" if header.kind == _BYTES else "integers"
    return f"{' x '.join(map(str, header.dimensions))} {kind}"


def _bad(path: Path, problem: str) -> RefusedError:
    return RefusedError(f"{path} {problem}", advice=_ADVICE)

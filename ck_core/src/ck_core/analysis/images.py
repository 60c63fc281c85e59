"""Images as numbers: PGM and PPM as they are, PNG where Pillow is there."""

from __future__ import annotations

import io
import re
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from math import inf, log10
from operator import sub
from typing import Any

_HEADER = re.compile(rb"P([2356])" + rb"(?:\s|#[^\r\n]*[\r\n])+([0-9]{1,9})" * 3 + rb"\s")
_COMMENT = re.compile(rb"#[^\r\n]*")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
_PNG_BITS = 24
"""Where a PNG says how many bits a sample has."""
_READ_AS = {"1": "L", "L": "L", "LA": "LA", "P": "RGB", "RGB": "RGB", "RGBA": "RGBA"}
_WITH_TRANSPARENCY = {"1": "LA", "L": "LA", "P": "RGBA", "RGB": "RGBA"}
_GREY_16 = {"I;16": "H", "I": "i"}
"""Pillow's modes of 16 bits, the second before release 11, as items of arrays."""
_LONGEST_SAMPLE = 5
"""Digits of 65535."""


class UnreadableImageError(Exception):
    """Completes "the output ..."."""


class UnsupportedImageError(Exception):
    """A library is missing; says which."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """What must be equal for two images to be compared."""

    width: int
    height: int
    channels: int
    peak: int

    @property
    def samples(self) -> int:
        return self.width * self.height * self.channels

    def __str__(self) -> str:
        kind = {1: "grey", 3: "colour"}.get(self.channels, f"{self.channels} channels")
        return f"{self.width} x {self.height}, {kind}, up to {self.peak}"


@dataclass(frozen=True, kw_only=True)
class Image:
    """``samples`` row by row, the channels of a pixel together."""

    size: Size
    samples: Sequence[int]


def read_image(content: bytes, expected: Size | None = None) -> Image:
    """A netpbm image (P2, P3, P5, P6) or a PNG.

    Raises:
        UnreadableImageError: it is none, cut short, too long, or not of the expected size; of
            another size nothing is decoded, whatever size it claims.
        UnsupportedImageError: it is a PNG, and Pillow is not there.
    """
    if content.startswith(_PNG):
        return _read_png(content, expected)
    header = _HEADER.match(content)
    if header is None:
        raise UnreadableImageError("is neither PGM, PPM nor PNG")
    kind, width, height, peak = (int(one) for one in header.groups())
    size = Size(width=width, height=height, channels=3 if kind in (3, 6) else 1, peak=peak)
    _check_size(size, expected)
    if not 1 <= peak <= 65535 or not size.samples:
        raise UnreadableImageError(f"has an impossible header ({size})")
    read = _read_words if kind in (2, 3) else _read_bytes
    samples = read(content[header.end() :], size)
    if len(samples) != size.samples:
        raise UnreadableImageError(f"holds {len(samples)} values, its header says {size.samples}")
    if max(samples) > peak:
        raise UnreadableImageError(f"holds {max(samples)}, its header says {peak} at most")
    return Image(size=size, samples=samples)


def psnr_db(found: Image, expected: Image) -> float:
    """Peak signal-to-noise ratio: 10 log10(peak^2 / mean squared error); infinite where equal.

    Complexity: O(samples). Both are of one size.
    """
    squares = (one * one for one in map(sub, found.samples, expected.samples))
    total = sum(squares)
    if not total:
        return inf
    return 10 * log10(expected.size.peak**2 * expected.size.samples / total)


def _check_size(size: Size, expected: Size | None) -> None:
    if expected and size != expected:
        raise UnreadableImageError(f"is {size}; expected {expected}")


def _read_words(rest: bytes, size: Size) -> Sequence[int]:
    words = _COMMENT.sub(b"", rest).split(maxsplit=size.samples)[: size.samples + 1]
    if bad := [one for one in words[: size.samples] if not _is_sample(one)]:
        raise UnreadableImageError(f"holds {bad[0]!r:.40} where a number belongs")
    if len(words) > size.samples:
        raise UnreadableImageError(f"holds more than the {size.samples} values of its header")
    return [int(one) for one in words]


def _is_sample(word: bytes) -> bool:
    return word.isdigit() and len(word) <= _LONGEST_SAMPLE


def _read_bytes(rest: bytes, size: Size) -> Sequence[int]:
    """Two bytes a sample, the higher first, where the peak needs it."""
    if size.peak < 256:
        return rest
    if len(rest) != 2 * size.samples:
        raise UnreadableImageError(f"holds {len(rest)} bytes, expected {2 * size.samples}")
    samples = array("H", rest)
    if sys.byteorder == "little":
        samples.byteswap()
    return samples


def _read_png(content: bytes, expected: Size | None) -> Image:
    try:
        pillow = import_module("PIL.Image")  # optional, and slow to import
    except ImportError:
        raise UnsupportedImageError("PNG needs Pillow: pip install pillow") from None
    if not content.endswith(_PNG_END):  # Pillow lets that pass
        raise UnreadableImageError("is a PNG that was cut short or goes on")
    try:
        with pillow.open(io.BytesIO(content), formats=["PNG"]) as opened:
            if content[_PNG_BITS] == 16:
                return _read_deep(opened, expected)
            return _read_shallow(opened, expected)
    except UnreadableImageError:
        raise
    except Exception as error:  # noqa: BLE001  # Pillow raises many kinds for damaged files
        raise UnreadableImageError(f"is no PNG that can be read: {error!s:.80}") from None


def _read_shallow(opened: Any, expected: Size | None) -> Image:
    modes = _WITH_TRANSPARENCY if "transparency" in opened.info else _READ_AS
    if opened.mode not in modes:
        raise UnreadableImageError(f"is a PNG of a kind that is not read ({opened.mode})")
    mode = modes[opened.mode]
    size = Size(width=opened.width, height=opened.height, channels=len(mode), peak=255)
    _check_size(size, expected)
    return Image(size=size, samples=opened.convert(mode).tobytes())


def _read_deep(opened: Any, expected: Size | None) -> Image:
    """Grey only: of colours and transparency Pillow drops the lower byte of each sample."""
    if opened.mode not in _GREY_16 or "transparency" in opened.info:
        raise UnreadableImageError(
            "is a PNG of 16 bits with colour or transparency, which is not read; PPM is"
        )
    size = Size(width=opened.width, height=opened.height, channels=1, peak=65535)
    _check_size(size, expected)
    samples = array(_GREY_16[opened.mode], opened.tobytes())
    if opened.mode == "I;16" and sys.byteorder == "big":
        samples.byteswap()  # this mode is little-endian everywhere
    return Image(size=size, samples=samples)

"""PNG files made smaller: the renderer compresses quickly, not well."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_LEVEL = 6  # 9 takes twice as long for a fiftieth of the bytes
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def compress_well(image: bytes) -> bytes:
    """The same pixels in fewer bytes."""
    chunks = list(_chunks(image))
    data = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    packed = (b"IDAT", zlib.compress(data, _LEVEL))
    first = next(at for at, (kind, _) in enumerate(chunks) if kind == b"IDAT")
    kept = [one for one in chunks if one[0] != b"IDAT"]
    return _SIGNATURE + b"".join(map(_chunk, [*kept[:first], packed, *kept[first:]]))


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each part (ISO/IEC 15948: length, kind, body, checksum)."""
    at = len(_SIGNATURE)
    while at < len(image):
        (length,) = struct.unpack_from(">I", image, at)
        yield image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, body = part
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

"""SHA-256 of files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

_PART_BYTES = 1 << 20


def sha256_of(stream: io.RawIOBase | io.FileIO, on_part: Callable[[int], None]) -> str:
    """Of all that is still to be read; ``on_part`` is told how many bytes have been."""
    digest, done = hashlib.sha256(), 0
    while part := stream.read(_PART_BYTES):
        digest.update(part)
        done += len(part)
        on_part(done)
    return digest.hexdigest()

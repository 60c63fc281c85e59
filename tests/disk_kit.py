"""Disks that are nearly full."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def only_pages(disk: Path, pages: int) -> Iterator[None]:
    """A disk with room for so many pages of 4 KiB."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        try:
            while stream.write(bytes(4096)):
                pass
        except OSError:
            os.truncate(ballast, (stream.tell() // 4096 - pages) * 4096)
    yield
    ballast.unlink()

"""What a stranger's archive may take."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass

_RATIO_FREE_BYTES = 64 << 20


@dataclass(frozen=True)
class Limits:
    """What a stranger's archive may take.

    Args:
        max_files: files and directories, those too that only stand in the paths of others.
        max_bytes: what all files have together, unpacked.
        max_ratio: that divided by the archive's own size, looked at from 64 MiB on.
    """

    max_files: int = 1_000_000
    max_bytes: int = 20 << 30
    max_ratio: int = 200


DEFAULT_LIMITS = Limits()


def check_limits(count: int, total: int, packed: int, limits: Limits) -> None:
    """Raises BadZipFile; ``packed`` is the size of the archive itself."""
    if count > limits.max_files:
        raise zipfile.BadZipFile(f"holds more than {limits.max_files:,} files")
    if total > limits.max_bytes:
        raise zipfile.BadZipFile(f"unpacks to {total:,} bytes, more than {limits.max_bytes:,}")
    if total > max(_RATIO_FREE_BYTES, packed * limits.max_ratio):
        raise zipfile.BadZipFile(f"unpacks to more than {limits.max_ratio} times its size")

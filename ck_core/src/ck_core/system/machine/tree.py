"""Files in which a kernel tells of itself."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ck_core.system.files import read_text

_LARGEST_BYTES = 8 << 20
"""/proc/cpuinfo of a thousand CPUs has two of them."""
_NUMBER = re.compile(r"[0-9]{1,18}")


class Tree:
    """Reads below a root; whatever is missing, unreadable or no text is as if it were empty."""

    def __init__(self, root: Path) -> None:
        self._root = str(root).rstrip("/")

    def text(self, path: str) -> str:
        try:
            text, _ = read_text(f"{self._root}/{path}", _LARGEST_BYTES)
        except (OSError, UnicodeDecodeError):
            return ""
        return text.strip("\0 \t\r\n")

    def line(self, path: str) -> str:
        """The first line, as something to print."""
        return one_line(self.text(path))

    def number(self, path: str) -> int | None:
        """A number from 0; None for anything else."""
        return number(self.text(path))

    def exists(self, path: str) -> bool:
        return os.path.lexists(f"{self._root}/{path}")

    def names(self, directory: str) -> list[str]:
        try:
            return sorted(os.listdir(f"{self._root}/{directory}"))  # noqa: PTH208  # thousands of entries
        except OSError:
            return []

    def numbered(self, directory: str, prefix: str) -> list[int]:
        """The numbers of ``cpu0``, ``cpu1``, ... in order."""
        pattern = re.compile(re.escape(prefix) + "([0-9]{1,6})")
        return sorted(int(m[1]) for m in map(pattern.fullmatch, self.names(directory)) if m)


def number(text: str | None) -> int | None:
    """A number from 0 that kernels write; None for anything else."""
    text = (text or "").strip()
    return int(text) if _NUMBER.fullmatch(text) else None


def one_line(text: str, longest: int = 160) -> str:
    """The first line of a stranger's text without what cannot be printed."""
    first = text.strip().partition("\n")[0]
    return " ".join("".join(c if c.isprintable() else " " for c in first).split())[:longest]


def fields(text: str) -> dict[str, str]:
    """``key : value`` lines; the first of several equal keys counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            found.setdefault(key.strip(), value.strip())
    return found

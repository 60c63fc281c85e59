"""Where a work tree's git directory is: found by reading files, before git is started."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ck_core.system.files import read_text, storage_errors

_HEAD = re.compile(r"ref: refs/\S+|[0-9a-f]{40,64}")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A work tree's own git directory, and the one it shares where it is a linked work tree."""

    own: Path
    common: Path
    head: str


def find_place(directory: Path) -> Place | None:
    """None where the directory is not itself the top of a git work tree."""
    with storage_errors("look at", directory):
        own = _git_directory(directory.absolute() / ".git")
        if own is None:
            return None
        common = own / (_line(own / "commondir") or ".")
        whole = (common / "objects").is_dir() and (common / "refs").is_dir()
    head = _line(own / "HEAD")
    return Place(own=own, common=common, head=head) if whole and _HEAD.fullmatch(head) else None


def _git_directory(entry: Path) -> Path | None:
    """A linked work tree has a file there that says where."""
    if entry.is_dir():
        return entry
    label, _, path = _line(entry).partition(": ")
    return entry.parent / path if label == "gitdir" and path else None


def _line(path: Path) -> str:
    """The text of a file of one line; empty where it cannot be read."""
    try:
        return read_text(str(path), 1 << 16)[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""

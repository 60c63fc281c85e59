"""What components are made of, as one hash, so that a change is seen where no commit tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from ck_core.domain.component import Component
from ck_core.system.files import file_digest

_LARGEST_BYTES = 16 << 30
"""What takes a minute to read is told by its commit only."""
_LEFT_OUT = frozenset({".git", "__pycache__", "reference"})
_LEFT_OUT_OF_META = frozenset({"info.json", "updates.json", "desc.json"})


def component_digest(component: Component) -> str:
    """``sha256:...`` of names and contents; empty where a file cannot be read or there is too much.

    Reference outputs are left out, and what is written beside a meta with times in it.
    """
    try:
        files = sorted(_files(component.path))
        if sum(path.stat().st_size for path in files) > _LARGEST_BYTES:
            return ""
    except OSError:
        return ""
    digest = sha256()
    for path in files:
        content = file_digest(path)
        if not content:
            return ""
        digest.update(os.fsencode(path.relative_to(component.path)) + b"\0" + content.encode())
    return f"sha256:{digest.hexdigest()}"


def _files(directory: Path) -> Iterator[Path]:
    for entry in os.scandir(directory):
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _LEFT_OUT:
                yield from _files(Path(entry.path))
        elif entry.is_file() and not _is_information(directory, entry.name):
            yield Path(entry.path)


def _is_information(directory: Path, name: str) -> bool:
    return directory.name == ".cm" and name in _LEFT_OUT_OF_META

"""Where datasets are looked for.

The variable ``CKP_DATASET_DIRS`` (separated like ``PATH``) replaces the usual places; empty, it
leaves only what packages have installed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.installation import Installation

PLACES_VARIABLE = "CKP_DATASET_DIRS"
_USUAL = (
    "~/datasets",
    "~/data",
    "/datasets",
    "/data",
    "/srv/datasets",
    "/usr/local/share/datasets",
    "/usr/share/datasets",
)
_DEPTH = 6
_MOST_DIRECTORIES = 4_000
_MOST_BELOW_ONE = 400
MOST_ENTRIES = 200_000
"""A directory with more is no dataset that we know, and listing it all would take seconds."""
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "lost+found"})


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Sorted names of what lies in it; hidden entries are left out.

    Attributes:
        files: regular ones; a link to an image is none.
        directories: links to directories as well.
        links: to files.
        depth: 0 is the place itself.
    """

    path: Path
    files: Sequence[str]
    directories: Sequence[str]
    links: Sequence[str] = ()
    depth: int = 0


Recognise = Callable[[Directory], Sequence[Installation]]
"""Answers what the files in a directory are."""


def usual_places() -> list[Path]:
    """The user's, or the usual ones."""
    return named_places(PLACES_VARIABLE, _USUAL)


def named_places(variable: str, usual: Sequence[str]) -> list[Path]:
    """Those that a variable names, separated like ``PATH``, instead of the usual ones."""
    named = os.environ.get(variable)
    texts = usual if named is None else named.split(os.pathsep)
    home = os.environ.get("HOME", "")
    paths = [text.replace("~", home, 1) if text[:1] == "~" else text for text in texts if text]
    return [Path(one) for one in paths if os.path.isabs(one)]  # noqa: PTH117  # a text still


def walk(places: Iterable[Path], recognise: Recognise) -> Iterator[Installation]:
    """Level by level, each real directory once.

    Below a directory whose own images were recognised nothing else is looked for.
    """
    seen: set[str] = set()
    level = [(place, 0) for place in places]
    while level and len(seen) < _MOST_DIRECTORIES:
        below: list[tuple[Path, int]] = []
        for path, depth in level:
            real = os.path.realpath(path)
            directory = None if real in seen else read_directory(path, depth)
            seen.add(real)
            if directory is None:
                continue
            found = recognise(directory)
            yield from found
            if not any(_is_whole(one, path) for one in found):
                below += _children(directory)
        level = below


def read_directory(path: Path, depth: int = 0) -> Directory | None:
    """None where it cannot be read or holds too much."""
    names: dict[str, list[str]] = {"files": [], "directories": [], "links": []}
    try:
        with os.scandir(path) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_ENTRIES:
                    return None
                if entry.name[0] != ".":
                    names[_kind(entry)].append(entry.name)
    except OSError:
        return None
    files, directories, links = (tuple(sorted(one)) for one in names.values())
    return Directory(path=path, files=files, directories=directories, links=links, depth=depth)


def _kind(entry: os.DirEntry[str]) -> str:
    """The system tells it with the name: no file is looked at."""
    try:
        if entry.is_dir():
            return "directories"
    except OSError:  # a link in a circle
        return "links"
    return "links" if entry.is_symlink() else "files"


def _children(directory: Directory) -> list[tuple[Path, int]]:
    if directory.depth >= _DEPTH:
        return []
    names = [one for one in directory.directories if one not in _SKIPPED][:_MOST_BELOW_ONE]
    return [(directory.path / name, directory.depth + 1) for name in names]


def _is_whole(found: Installation, path: Path) -> bool:
    """Whether the directory itself is the dataset, not a file in it."""
    return found.path == path

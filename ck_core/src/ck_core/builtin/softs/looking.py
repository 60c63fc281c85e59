"""Looking for the files that show that something is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath

from ck_core.builtin.softs.binaries import machine_of
from ck_core.builtin.softs.places import Places, is_file
from ck_core.domain.soft import Soft
from ck_core.domain.target import Platform

_LIBRARY = re.compile(r"lib(?P<name>.+?)(?P<ending>\.a|\.so(?:\.\d+)*|\.dylib|\.dll\.a)")
_NUMBER = re.compile(r"[-.]?\d[\d.]*")


class Kind(Enum):
    """What a file's name says it is."""

    STATIC = auto()
    DYNAMIC = auto()
    PYTHON = auto()
    HEADER = auto()
    TOOL = auto()
    DATA = auto()


@dataclass(frozen=True, kw_only=True)
class Found:
    """One file; ``name`` is what was looked for, ``place`` where: ``place / name`` is the path."""

    path: Path
    name: str
    kind: Kind

    @property
    def place(self) -> Path:
        return self.path.parents[len(PurePosixPath(self.name).parts) - 1]


def found_files(soft: Soft, platform: Platform, places: Places) -> Iterator[Found]:
    """Each real file once, those of packages and of places that the user named first."""
    seen: set[tuple[int, int]] = set()
    named = places.in_named(soft.depth) if soft.everywhere else ()
    trees = (*places.in_packages(), *named)
    for name in _wanted(soft, platform):
        usual = _usual(soft, name, places) if soft.everywhere else ()
        paths = _named(name, (*trees, *usual), numbered=soft.numbered)
        for path in _code_first(paths, trees):
            kind = _kind_of(path)
            if (identity := _identity(path)) not in seen and _is_right(path, name, kind):
                seen.add(identity)
                yield Found(path=path, name=name, kind=kind)


def _code_first(paths: Iterable[Path], trees: Sequence[Path]) -> list[Path]:
    """Wheels put a tool, and beside their Python a script that starts it: the tool is better."""
    inside = frozenset(trees)
    return sorted(paths, key=lambda one: one.parent in inside and not machine_of(one))


def library_name(path: Path) -> str:
    """``z`` of ``libz.so.1``; empty for what is no library."""
    match = _LIBRARY.fullmatch(path.name)
    return match["name"] if match else ""


def _wanted(soft: Soft, platform: Platform) -> list[str]:
    """Names of files; a library is there as a shared and as a static one."""
    names = list(soft.names(platform))
    for library in soft.libraries:
        dynamic = {"darwin": ".dylib", "windows": ".dll.a"}.get(platform.target.system, ".so")
        names += [f"lib{library}{dynamic}", f"lib{library}.a"]
    return list(dict.fromkeys(names))


def _usual(soft: Soft, name: str, places: Places) -> tuple[Path, ...]:
    further = places.further(soft.directories)
    kind = _kind(name)
    if kind in {Kind.STATIC, Kind.DYNAMIC}:
        return (*places.libraries(), *further)
    if kind is Kind.PYTHON:
        return (*places.python_packages(), *further)
    if kind is Kind.HEADER:
        return (*places.headers(), *further)
    if kind is Kind.TOOL:
        return (*places.binaries(), *further)
    return (*places.shared(), *places.libraries(), *places.headers(), *further)


def _named(name: str, directories: Iterable[Path], *, numbered: bool) -> Iterator[Path]:
    """Files of that name; with ``numbered`` also ``gcc-12`` and ``libx.so.2`` for theirs."""
    for directory in dict.fromkeys(directories):
        path = directory / name
        if is_file(path):
            yield path
        if numbered:
            yield from _numbered(path)


def _numbered(path: Path) -> list[Path]:
    try:
        names = os.listdir(path.parent)  # noqa: PTH208  # no Path object for each of thousands
    except OSError:
        return []
    start = len(path.name)
    fit = (one for one in names if one.startswith(path.name) and _NUMBER.fullmatch(one[start:]))
    return [path.with_name(one) for one in sorted(fit, reverse=True)]


def _kind(name: str) -> Kind:
    base = PurePosixPath(name).name
    if match := _LIBRARY.fullmatch(base):
        is_static = match["ending"] == ".a"
        return Kind.STATIC if is_static else Kind.DYNAMIC
    if base.endswith(".lib"):
        return Kind.STATIC
    if base == "__init__.py":
        return Kind.PYTHON
    if base.endswith((".h", ".hpp", ".hh")):
        return Kind.HEADER
    is_tool = "." not in re.sub(r"\d\.\d", "", base) or base.endswith((".exe", ".sh"))
    return Kind.TOOL if is_tool else Kind.DATA


def _kind_of(path: Path) -> Kind:
    kind = _kind(path.name)
    return Kind.DATA if kind is Kind.TOOL and not os.access(path, os.X_OK) else kind


def _is_right(path: Path, name: str, kind: Kind) -> bool:
    """Something to run must lie where nobody else can have put it."""
    return kind is not Kind.TOOL or (_kind(name) is Kind.TOOL and is_trusted(path))


def is_trusted(path: Path) -> bool:
    """Whether only the system's owner and the user can have written an executable."""
    real = Path(os.path.realpath(path))
    try:
        states = [real.stat(), real.parent.stat()]
    except OSError:
        return False
    return all(one.st_uid in {0, os.geteuid()} and not one.st_mode & 0o002 for one in states)


def _identity(path: Path) -> tuple[int, int]:
    """The same for symbolic and hard links of one file."""
    status = path.stat()
    return status.st_dev, status.st_ino

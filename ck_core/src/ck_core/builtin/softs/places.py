"""Where software is looked for.

These are the absolute directories of ``PATH`` and the usual places below ``/usr/local``, ``/usr``,
``/opt`` and the user's ``~/.local``, with the directories of Debian's other architectures. The
variable ``CKP_SOFT_DIRS`` (separated like ``PATH``) replaces the latter; what is named there, and
what a package has just installed, is searched some directories deep.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path

PLACES_VARIABLE = "CKP_SOFT_DIRS"
_USUAL = (
    "~/.local",
    "/usr/local",
    "/usr",
    "/opt/*",
    "/opt/homebrew/opt/*",
    "/usr/local/opt/*",
    "/home/linuxbrew/.linuxbrew",
)
_MACHINE = r"(?:x86_64|i\d86|aarch64|arm\w*|riscv\w*|powerpc\w*|ppc\w*|s390x|mips\w*)"
_TRIPLE = re.compile(rf"{_MACHINE}(?:-\w+)+")
_DEFAULT = frozenset(
    {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/include", "/usr/local/include"}
    | {"/bin", "/usr/bin", "/usr/local/bin"}
)
_OF_TRIPLES = frozenset({"/lib", "/usr/lib", "/usr/include"})
_DEPTH = 4
_DEPTH_IN_A_PACKAGE = 8
_MOST_DIRECTORIES = 20_000
_SKIPPED = frozenset({"__pycache__", ".git", "doc", "man", "locale", "tests"})


class Places:
    """Directories to look into, the nearest first; each is listed once a search.

    Args:
        installed: directories with one thing each, which was just installed.
    """

    def __init__(self, installed: Sequence[Path]) -> None:
        self.installed = tuple(installed)

    @cached_property
    def named(self) -> tuple[Path, ...]:
        """What the user names instead of the usual places."""
        texts = os.environ.get(PLACES_VARIABLE, "").split(os.pathsep)
        return _existing(Path(text).expanduser() for text in texts if text)

    @cached_property
    def on_path(self) -> tuple[Path, ...]:
        texts = os.environ.get("PATH", "").split(os.pathsep)
        return _existing(path for text in texts if (path := Path(text)).is_absolute())

    @cached_property
    def usual(self) -> tuple[Path, ...]:
        if PLACES_VARIABLE in os.environ:
            return ()
        roots = _existing(chain.from_iterable(map(_matching, _USUAL)))
        sysroots = (path for root in roots for path in _triples(root))
        return (*roots, *sysroots)

    def binaries(self) -> tuple[Path, ...]:
        return _existing((*self.on_path, *(root / "bin" for root in self.usual)))

    def libraries(self) -> tuple[Path, ...]:
        places = [root / name for root in self.usual for name in ("lib", "lib64")]
        return _existing(path for place in places for path in (place, *_triples(place)))

    def headers(self) -> tuple[Path, ...]:
        places = [root / "include" for root in self.usual]
        return _existing(path for place in places for path in (place, *_triples(place)))

    def python_packages(self) -> tuple[Path, ...]:
        """Those of interpreters' own directories, the newest first."""
        found = (_below(root, "lib/python3*/*-packages") for root in self.usual)
        return _existing(chain.from_iterable(found))

    def shared(self) -> tuple[Path, ...]:
        """Where data lies."""
        places = (root / name for root in self.usual for name in ("", "share", "etc", "lib"))
        return _existing(places)

    def further(self, patterns: Iterable[str]) -> tuple[Path, ...]:
        found = (_below(root, pattern) for root in self.usual for pattern in patterns)
        return _existing(chain.from_iterable(found))

    def in_packages(self) -> Iterator[Path]:
        """All directories of what was just installed, level by level."""
        for place in self.installed:
            yield from _tree(place, _DEPTH_IN_A_PACKAGE)

    def in_named(self, depth: int) -> Iterator[Path]:
        """All directories of what the user names, to ``depth`` (0: some) below them."""
        for place in self.named:
            yield from _tree(place, depth or _DEPTH)


def prefix_of(path: Path) -> Path:
    """The directory that an installation's ``bin``, ``lib`` and ``include`` are in."""
    for parent in path.parents:
        if parent.name in {"bin", "sbin", "lib", "lib32", "lib64", "include", "share"}:
            return parent.parent
    return path.parent


def is_file(path: Path) -> bool:
    """False as well where no file system takes such a name, as strangers may write it."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_directory(path: Path) -> bool:
    """As ``is_file``."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_default(directory: Path) -> bool:
    """Whether compilers, the loader and the shell look there by themselves."""
    if str(directory) in _DEFAULT:
        return True
    parent = directory.parent
    if _is_triple(directory.name):  # Debian's directories of one architecture
        return str(parent) in _OF_TRIPLES
    return _is_triple(parent.name) and str(parent.parent) == "/usr"  # a cross compiler's


def triple_of(path: Path) -> str:
    """The triple that names one of the path's directories; empty where none does."""
    return next((part for part in reversed(path.parts[:-1]) if _is_triple(part)), "")


def _is_triple(name: str) -> bool:
    return bool(_TRIPLE.fullmatch(name))


def _triples(directory: Path) -> list[Path]:
    return [directory / name for name in _names(str(directory)) if _is_triple(name)]


@lru_cache(maxsize=64)
def _names(directory: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(directory)))  # noqa: PTH208  # no Path for each of thousands
    except OSError:
        return ()


def _matching(pattern: str) -> list[Path]:
    if pattern.startswith("~"):
        home = os.environ.get("HOME", "")
        return [Path(home, pattern[2:])] if home else []
    return _below(Path("/"), pattern[1:])


def _below(root: Path, pattern: str) -> list[Path]:
    if "*" not in pattern:
        return [root / pattern]
    try:
        return sorted(root.glob(pattern), reverse=True)
    except (OSError, ValueError):  # ValueError: not a pattern
        return []


def _existing(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Each real directory once, under the first of its names."""
    unique: dict[str, Path] = {}
    for path in paths:
        real = os.path.realpath(path)
        if real not in unique and is_directory(path):
            unique[real] = path
    return tuple(unique.values())


def _tree(root: Path, depth: int) -> Iterator[Path]:
    """Level by level, so that the nearest comes first; links are not followed."""
    level = [root]
    seen = 0
    for _ in range(depth + 1):
        below: list[Path] = []
        for directory in level:
            seen += 1
            if seen > _MOST_DIRECTORIES:
                return
            yield directory
            below += _directories_in(directory)
        level = below


def _directories_in(directory: Path) -> list[Path]:
    try:
        with os.scandir(directory) as entries:
            names = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [directory / name for name in sorted(names) if name not in _SKIPPED]

"""Compilers' executables, looked for only in places where compilers live.

These are the absolute directories of ``PATH`` and the usual install places. The variable
``CKP_COMPILER_DIRS`` (separated like ``PATH``) replaces the latter, e.g. where a site
keeps its compilers elsewhere; empty, it leaves ``PATH`` alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

PLACES_VARIABLE = "CKP_COMPILER_DIRS"
_PLACES = (
    "/usr/bin",
    "/usr/local/bin",
    "/usr/lib/llvm-*/bin",
    "/opt/*/bin",
    "/opt/rh/*/root/usr/bin",
    "/opt/rocm*/llvm/bin",
    "/opt/AMD/aocc-*/bin",
    "/opt/intel/oneapi/compiler/*/bin",
    "/opt/intel/oneapi/compiler/*/linux/bin",
    "/opt/intel/oneapi/compiler/*/linux/bin/intel64",
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/*/bin",
    "/usr/local/opt/*/bin",
    "/home/linuxbrew/.linuxbrew/bin",
)
_MASQUERADERS = frozenset({"ccache", "sccache", "distcc", "icecc", "colorgcc"})
_WRAPPERS = ("c89-", "c99-", "afl-")
_PREFIX = r"(?P<prefix>(?:[A-Za-z0-9_.]+-)*)"
_SUFFIX = r"(?P<suffix>(?:-\d[\d.]*)?(?:-win32|-posix)?)(?:\.exe)?"


@dataclass(frozen=True, kw_only=True)
class DriverSet:
    """The drivers of one compiler: same directory, cross prefix and version suffix.

    ``drivers`` maps languages (``c``, ``cpp``, ``fortran``) to executables.
    """

    prefix: str
    suffix: str
    drivers: Mapping[str, Path]

    @property
    def main(self) -> Path:
        """The C driver, or the first there is."""
        return self.drivers.get("c") or next(iter(self.drivers.values()))

    @property
    def tools(self) -> frozenset[str]:
        """The drivers' plain names: ``gcc`` and ``g++`` of ``gcc-12`` and ``g++-12``."""
        return frozenset(map(self._tool, self.drivers.values()))

    @property
    def main_tool(self) -> str:
        return self._tool(self.main)

    def _tool(self, path: Path) -> str:
        plain = path.name.removesuffix(".exe").removeprefix(self.prefix)
        return plain.removesuffix(self.suffix)


def search_directories() -> tuple[Path, ...]:
    """Existing directories in the order of search, each once (``/bin`` may be ``/usr/bin``)."""
    on_path = [Path(text) for text in os.environ.get("PATH", "").split(os.pathsep) if text]
    candidates = [place for place in on_path if place.is_absolute()] + list(_other_places())
    existing = (place.resolve() for place in candidates if place.is_dir())
    return tuple(dict.fromkeys(existing))


def find_driver_sets(languages: Mapping[str, str]) -> tuple[DriverSet, ...]:
    """Every compiler once, under its plainest versioned name (``/usr/bin/gcc-12``).

    MinGW's ``gcc-12`` has no ``g++-12`` beside it: with a prefix, more drivers come first.

    Args:
        languages: tool names in order of preference, each with its language.
    """
    found = [each for place in search_directories() for each in _sets_in(place, languages)]
    unique: dict[tuple[int, int], DriverSet] = {}
    for each in sorted(found, key=_plainness):
        unique.setdefault(_identity(each.main), each)
    return tuple(unique.values())


def _plainness(one: DriverSet) -> tuple[bool, int, bool]:
    return bool(one.prefix), -len(one.drivers) if one.prefix else 0, not one.suffix


def find_executables(pattern: str) -> tuple[Path, ...]:
    """Executables whose whole name matches, one for each real file."""
    expression = re.compile(pattern)
    unique: dict[tuple[int, int], Path] = {}
    for place in search_directories():
        for path, _ in _matching(place, expression):
            unique.setdefault(_identity(path), path)
    return tuple(unique.values())


def _identity(path: Path) -> tuple[int, int]:
    """The same for symbolic and hard links of one file."""
    status = path.stat()
    return status.st_dev, status.st_ino


def _other_places() -> Iterator[Path]:
    named = os.environ.get(PLACES_VARIABLE)
    if named is not None:
        return (Path(text) for text in named.split(os.pathsep) if text)
    return chain.from_iterable(map(_newest_first, _PLACES))


def _newest_first(place: str) -> list[Path]:
    return sorted(Path("/").glob(place.removeprefix("/")), reverse=True)


def _sets_in(place: Path, languages: Mapping[str, str]) -> Iterator[DriverSet]:
    groups: dict[tuple[str, str], dict[str, Path]] = {}
    for tool, language in languages.items():
        pattern = re.compile(f"{_PREFIX}{re.escape(tool)}{_SUFFIX}")
        for path, match in _matching(place, pattern):
            group = groups.setdefault((match["prefix"], match["suffix"]), {})
            group.setdefault(language, path)
    for (prefix, suffix), drivers in groups.items():
        yield DriverSet(prefix=prefix, suffix=suffix, drivers=drivers)


def _matching(place: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, re.Match[str]]]:
    try:
        names = sorted(os.listdir(place))  # noqa: PTH208  # no Path object for each of thousands
    except OSError:
        return
    for name in names:
        match = pattern.fullmatch(name)
        if match and not name.startswith(_WRAPPERS) and _is_compiler_file(place / name):
            yield place / name, match


def _is_compiler_file(path: Path) -> bool:
    """A regular executable file, and not one that only passes commands on (ccache)."""
    if not path.is_file() or not os.access(path, os.X_OK):
        return False
    return not path.is_symlink() or path.resolve().name not in _MASQUERADERS

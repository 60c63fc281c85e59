"""Python interpreters, each real one once: a link, a shim or a virtual environment is none."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from ck_plugins_compilers.drivers import ask
from ck_plugins_compilers.search import PLACES_VARIABLE, find_executables

_PATTERN = r"python3(\.\d+)?"
_NAME = re.compile(_PATTERN)
# A virtual environment's interpreter names the one it was made of; very old ones do not.
_QUESTION = (
    "import platform, sys; print(platform.python_version()); print(sys.executable); "
    "print(getattr(sys, '_base_executable', None) or sys.executable)"
)
_ANSWER = re.compile(r"(?P<version>3[\w.+]*)\n(?P<own>\S.*)\n(?P<base>\S.*)")
_MANAGED = ("versions/*/bin", "installs/python/*/bin")
"""Below the directory whose ``shims`` lead there: of pyenv, and of asdf."""
_HOMES = ("~/.pyenv/versions/*/bin", "~/.asdf/installs/python/*/bin")
_UV = "~/.local/share/uv/python/*/bin"
_IN_A_PLACE = ("bin", "*/bin")


def find_interpreters(places: Sequence[Path]) -> dict[Path, str]:
    """Real paths with their versions; those of packages that were just installed first.

    Args:
        places: directories with one installed thing each.
    """
    found: dict[Path, str] = {}
    asked: set[Path] = set()
    for path in _candidates(places):
        real = Path(os.path.realpath(path))
        is_venv = (path.parent.parent / "pyvenv.cfg").is_file()
        if is_venv or real not in asked:
            asked.add(path if is_venv else real)
            found.update(_answers(path))
    return found


def _answers(path: Path) -> dict[Path, str]:
    """Nothing where it is no Python: a shim without a version behind it fails."""
    answer = _ANSWER.fullmatch(ask(path, "-I", "-c", _QUESTION))
    if answer is None:
        return {}
    base = Path(os.path.realpath(answer["base"]))
    return {base if base.is_file() else Path(answer["own"]): answer["version"]}


def _candidates(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        if not (place / "pyvenv.cfg").is_file():
            yield from chain.from_iterable(_named(place, pattern) for pattern in _IN_A_PLACE)
    on_path = find_executables(_PATTERN)
    yield from (path for path in on_path if not _is_led_elsewhere(path))
    yield from chain.from_iterable(map(_behind, dict.fromkeys(one.parent for one in on_path)))
    if PLACES_VARIABLE not in os.environ and (home := os.environ.get("HOME")):
        for pattern in (*_HOMES, _UV):
            yield from _named(Path(home), pattern.removeprefix("~/"))
    yield Path(sys.executable)


def _is_led_elsewhere(path: Path) -> bool:
    """Asking a shim takes long, and those of versions that are not switched on fail."""
    return bool(list(_behind(path.parent)))


def _behind(directory: Path) -> Iterable[Path]:
    if directory.name != "shims":
        return ()
    return chain.from_iterable(_named(directory.parent, pattern) for pattern in _MANAGED)


def _named(root: Path, pattern: str) -> Iterator[Path]:
    for directory in sorted(root.glob(pattern), reverse=True):
        path = directory / "python3"
        if path.is_file() and os.access(path, os.X_OK) and _NAME.fullmatch(path.name):
            yield path

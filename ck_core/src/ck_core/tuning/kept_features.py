"""Features of programs, read when somebody asks for them, and once for the same sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from math import isfinite
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.build import BuildRequest, Level
from ck_core.errors import StorageError
from ck_core.stages.fingerprint import build_fingerprint
from ck_core.system.files import format_json, write_atomically
from ck_core.system.home import cache_directory

_FORMAT = 1
"""Of the files, and of what readers count: a change of either makes what is kept useless."""
Read = Callable[[], Mapping[str, float]]


class LateFeatures(Mapping[str, float]):
    """What ``read`` answers, which is called when it is first looked at."""

    def __init__(self, read: Read) -> None:
        self._read = read

    @cached_property
    def _found(self) -> Mapping[str, float]:
        return self._read()

    def __getitem__(self, name: str) -> float:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def kept_features(request: BuildRequest, context: Context, read: Read) -> Mapping[str, float]:
    """As they were read from the same sources, compiler and flags; else what ``read`` answers.

    Raises:
        StorageError: a source cannot be read. What cannot be kept is read again the next time.
    """
    file = _file(request, context)
    with suppress(OSError, ValueError, TypeError, AttributeError):
        return _checked(json.loads(file.read_text(encoding="utf-8")))
    found = read()
    with suppress(StorageError):
        write_atomically(file, format_json(dict(found)))
    return found


def _file(request: BuildRequest, context: Context) -> Path:
    """All that determines a build but its level, which is always the same here."""
    release = f"{context.plugins.release_of(request.compiler.plugin)}, features {_FORMAT}"
    name = build_fingerprint(replace(request, level=Level.DEFAULT), release)
    return cache_directory() / "features" / f"{name}.json"


def _checked(values: Mapping[str, float]) -> Mapping[str, float]:
    """Raises ValueError, TypeError, AttributeError: somebody has edited it."""
    found = {name: float(value) for name, value in values.items()}
    if not found or not all(map(isfinite, found.values())):
        raise ValueError
    return found

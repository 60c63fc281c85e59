"""A run's files for a job: what is asked, and what was answered."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import ck_core.system
from ck_core.domain.run import RunRequest
from ck_core.system.files import file_digest, storage_errors
from ck_core.system.measuring import measurement_asked
from ck_plugins_hpc.launching.inside import ANSWERS, ASKED, NODE

MEASURED_BY = Path(ck_core.system.__file__).with_name("supervisor.py")
"""Needs nothing but its own directory, so any Python of the node can run it."""
_LARGEST = 1 << 26
_MOST_RUNS = 200_000
_numbers = count()
"""Each entry of this process has repetitions' directories of its own, though they lie together."""
_LOOK_S = 0.1
REPETITION = "rep-"
"""Directories of repetitions begin so."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One request, on disk.

    Attributes:
        directory: of its files; repetitions' directories are beside it.
        key: equal for requests that compute the same, in whatever directory they do.
    """

    request: RunRequest
    directory: Path
    key: str

    @property
    def answers_file(self) -> Path:
        return self.directory / ANSWERS


def written_entry(request: RunRequest) -> Entry:
    """Raises StorageError. Its file holds the program's environment: it is the owner's alone."""
    number = next(_numbers)
    directory = request.directory / f".job-{number}"
    with storage_errors("create", directory):
        directory.mkdir(mode=0o700)
    first = number * _MOST_RUNS
    question = measurement_asked(request, _program(request), first=first)
    text = json.dumps({"measured_by": str(MEASURED_BY), "question": question})
    file = directory / ASKED
    with storage_errors("write", file):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
    return Entry(request=request, directory=directory, key=key_of(request))


def _program(request: RunRequest) -> str:
    """As it is: the node's own PATH says what a bare name is."""
    return request.arguments[0]


def key_of(request: RunRequest) -> str:
    """Of what is computed: files count by their content, the run's own directory not at all.

    Whoever has changed a program meanwhile does not want what the old one gives.
    """
    place = str(request.directory)
    told = {
        "arguments": [_content(one, place) for one in request.arguments],
        "environment": sorted((k, v.replace(place, "")) for k, v in request.environment.items()),
        "counts": [request.repetitions, request.warmups, request.timeout_s],
        "cpus": sorted(request.cpus),
        "launcher": [request.launcher, sorted(request.launcher_options.items())],
        "checked": list(request.checked_files),
        "files": [*_files(request.directory), *(_files(request.inputs) if request.inputs else ())],
        "monitors": sorted(request.monitors),
        "ends": [request.ignore_exit_status, request.keeps_all],
    }
    return sha256(json.dumps(told).encode()).hexdigest()[:32]


def _content(argument: str, place: str) -> str:
    path = Path(argument)
    if path.is_absolute() and path.is_file():
        return _digest(path) or argument
    return argument.replace(place, "")


def _files(directory: Path) -> Iterator[tuple[str, str]]:
    """What a run finds beside its repetitions: the program's own files, its inputs."""
    for path in sorted(directory.iterdir()):
        if not path.name.startswith((".", REPETITION)):
            yield path.name, _tree(path) if path.is_dir() else _digest(path)


def _tree(directory: Path) -> str:
    """Of names, sizes and times: it may hold much."""
    with suppress(OSError):
        states = ((one, one.stat()) for one in sorted(directory.rglob("*")) if one.is_file())
        found = [(str(one.relative_to(directory)), s.st_size, s.st_mtime_ns) for one, s in states]
        return sha256(json.dumps(found).encode()).hexdigest()
    return ""


def _digest(file: Path) -> str:
    """Read once in this process, as long as it looks the same."""
    with suppress(OSError):
        state = file.stat()
        return _digest_of(file.resolve(), state.st_size, state.st_mtime_ns)
    return ""


@lru_cache(maxsize=1024)
def _digest_of(file: Path, _size: int, _changed_ns: int) -> str:
    return file_digest(file)


def read_answers(directory: Path, patience_s: float) -> list[dict[str, Any]]:
    """All answers; none where they do not appear in time, as on a slow shared file system.

    Args:
        patience_s: how long after the job's end they may take to be seen here.
    """
    deadline = time.monotonic() + patience_s
    while True:
        lines = _lines(directory / ANSWERS)
        if lines or time.monotonic() >= deadline:
            return lines
        with suppress(OSError):
            os.listdir(directory)  # noqa: PTH208  # network file systems look anew then
        time.sleep(_LOOK_S)


def _lines(file: Path) -> list[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")[:_LARGEST]
        return [json.loads(line) for line in text.splitlines() if line]
    except (OSError, ValueError):
        return []


def read_node(directory: Path) -> Mapping[str, Any]:
    """What the job told of the node it ran on; nothing where it did not come so far."""
    with suppress(OSError, ValueError):
        found = json.loads((directory / NODE).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}

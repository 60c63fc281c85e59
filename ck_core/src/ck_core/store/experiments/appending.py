"""Adding points: each is on the disk before the call returns, or the file is as it was."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from ck_core.domain.point import Point
from ck_core.errors import ComponentNotFoundError, PluginError
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.checking import BadPointError
from ck_core.store.experiments.common_names import in_common, names_of, note_names
from ck_core.store.experiments.known_uids import KnownUids
from ck_core.store.experiments.point_json import format_point
from ck_core.system.files import storage_errors
from ck_core.system.locks import locked

_BATCH_BYTES = 8 << 20
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Refuse = Callable[[Point, BadPointError], object]
"""Is told of a point that is left out, and why."""


def append_point(directory: Path, point: Point) -> None:
    """Adds one point to the experiment in a directory; raises as ``append_points``."""
    append_points(directory, [point])


def append_points(directory: Path, points: Iterable[Point]) -> int:
    """Adds points in batches, and says how many; a batch is there whole or not at all.

    Of many processes that do so at once each waits for its turn. The experiment's meta says what
    all its points have in common (``common_names``).

    Raises:
        StorageError: full disk, no permission, no regular file. The file is as it was before
            the batch; those before it stay.
        ComponentNotFoundError: somebody has just moved or removed the experiment.
        PluginError: a point holds what cannot be read again.
    """
    count = 0
    for batch in _batches(map(_entry, points)):
        with _held(directory):
            _append(directory, batch)
        count += len(batch)
    return count


def append_new_points(directory: Path, points: Iterable[Point], refuse: Refuse) -> int:
    """``append_points`` for those whose UID no point before has, here or among ``points``.

    Raises StorageError and ComponentNotFoundError as it; of a point that holds what cannot be
    read again ``refuse`` is told, and the others are added.
    """
    known = KnownUids(directory / POINTS_FILE)
    count = 0
    for batch in _batches(_sound(points, refuse)):
        with _held(directory):
            known.read_on()  # whoever else adds points waits from here on
            new = [entry for entry in batch if known.add(entry.uid)]
            _append(directory, new)
            known.skip()
        count += len(new)
    return count


class _Entry(NamedTuple):
    """A point as it is written; ``names`` are what ``common_names`` notes of it."""

    uid: str
    line: bytes
    names: Mapping[str, str]


def _made(point: Point) -> _Entry:
    return _Entry(point.uid, format_point(point), names_of(point))


def _entry(point: Point) -> _Entry:
    try:
        return _made(point)
    except BadPointError as problem:
        raise PluginError(
            f"point {point.uid} cannot be recorded: it {problem}",
            hint="ckp plugins --check names plugins whose answers are wrong",
        ) from None


def _sound(points: Iterable[Point], refuse: Refuse) -> Iterator[_Entry]:
    for point in points:
        try:
            yield _made(point)
        except BadPointError as problem:
            refuse(point, problem)


def _batches(entries: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    batch, size = [], 0
    for entry in entries:
        batch.append(entry)
        size += len(entry.line)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@contextmanager
def _held(directory: Path) -> Iterator[None]:
    """Nobody else appends to, moves or removes the experiment meanwhile."""
    with locked(directory):
        if not (directory / ".cm").is_dir():
            raise ComponentNotFoundError(
                f"experiment {directory.name} is gone: somebody has moved or removed it",
                hint="ckp ls experiment lists what there is",
            )
        yield


def _append(directory: Path, batch: Sequence[_Entry]) -> None:
    if not batch:
        return
    note_names(directory, reduce(in_common, (dict(entry.names) for entry in batch)))
    file = directory / POINTS_FILE
    lines = b"".join(entry.line for entry in batch)
    with storage_errors("append to", file), _opened(file) as descriptor:
        before = os.fstat(descriptor).st_size
        if not before:
            _keep_name(directory)
        _write(descriptor, _closing(descriptor, before) + lines, before)


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    try:
        descriptor = os.open(file, _FLAGS, 0o666)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a symbolic link", str(file)) from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(file))
        yield descriptor
    finally:
        os.close(descriptor)


def _closing(descriptor: int, size: int) -> bytes:
    """Ends a line that a killed process left without end, so that it spoils no other."""
    return b"" if not size or os.pread(descriptor, 1, size - 1) == b"\n" else b"\n"


def _write(descriptor: int, content: bytes, before: int) -> None:
    """All of it, on the disk; or the file is as it was, whatever the reason."""
    written = 0
    try:
        while written < len(content):
            written += os.write(descriptor, memoryview(content)[written:])
        os.fsync(descriptor)
    except OSError:
        _undo(descriptor, before, written)
        raise
    except BaseException:  # Ctrl-C; what is whole stays
        if written < len(content):
            _undo(descriptor, before, written)
        raise


def _undo(descriptor: int, before: int, written: int) -> None:
    """Not where a file system without locks has let another append behind us."""
    with suppress(OSError):
        if os.fstat(descriptor).st_size == before + written:
            os.ftruncate(descriptor, before)
            os.fsync(descriptor)


def _keep_name(directory: Path) -> None:
    """A new file's name must survive a power cut as well; some file systems cannot say so."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

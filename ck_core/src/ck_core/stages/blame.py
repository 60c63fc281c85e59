"""A program is blamed only where it was there, and the disk had room for what it wrote.

Most programs do not ask whether their output was written: it is cut, and seems to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ck_core.domain.outcome import BuildOutcome
from ck_core.domain.run import Repetition, RunRequest
from ck_core.errors import RunError, RunTimeoutError, StorageError
from ck_core.stages.build import vanished
from ck_core.system.room import lack_of_room


@contextmanager
def blamed_with_room(directory: Path) -> Iterator[None]:
    """Around a component's own steps; raises StorageError for a failure on a full disk."""
    try:
        yield
    except (RunError, RunTimeoutError):
        check_room(directory)
        raise


def check_outputs_had_room(request: RunRequest, repetitions: Iterable[Repetition]) -> None:
    """Of outputs that are shorter than their reference, as of the disk as it is.

    Raises:
        StorageError: the disk is full, or what one of them lacks does not fit.
    """
    places = {one.directory for one in repetitions}
    pairs = [
        (_size(place / name), _size(reference))
        for place in places
        for name, reference in request.references.items()
    ]
    written, expected = max(pairs, key=lambda pair: pair[1] - pair[0], default=(0, 0))
    check_room(request.directory, written=written, expected=expected)


def check_room(directory: Path, *, written: int = 0, expected: int = 0) -> None:
    """Raises StorageError as ``lack_of_room`` tells."""
    if reason := lack_of_room(directory, written=written, expected=expected):
        raise StorageError(f"what is run in {directory} cannot write its files: {reason}")


def check_build_is_there(built: BuildOutcome) -> None:
    """After a run, whatever became of it: an exit status that is ignored tells nothing.

    Raises:
        StorageError: somebody has removed the binary.
    """
    for path in filter(None, (built.build.artifact, built.build.products)):
        if not path.exists():
            raise vanished(built.program, path)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0

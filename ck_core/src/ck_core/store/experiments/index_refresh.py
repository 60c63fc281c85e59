"""Reading on where the file of points has grown."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ck_core.domain.install import Progress, no_progress
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.index_readings import Reading, readings_between
from ck_core.store.experiments.index_rows import insert
from ck_core.store.experiments.index_sql import Columns
from ck_core.store.experiments.index_state import State, load_state, save_state
from ck_core.store.experiments.lines import line_end, open_points, settled_end

_PIECE_BYTES = 128 << 20
Watch = Callable[[], AbstractContextManager[Progress]]
"""Opened while lines are read; is told of so many bytes out of how many."""


def unwatched() -> AbstractContextManager[Progress]:
    """Nobody looks on."""
    return nullcontext(no_progress)


class Torn(NamedTuple):
    """A last line that was cut short and that nobody has ended yet."""

    line: int
    problem: str


def bring_up_to_date(
    database: sqlite3.Connection, directory: Path, watch: Watch = unwatched
) -> Torn | None:
    """Reads what is new; returns a last line that was cut short.

    Raises:
        StorageError: the points cannot be read.
        sqlite3.DatabaseError: the index is damaged, or the file is not the one it has read.
    """
    stream = open_points(directory / POINTS_FILE)
    if stream is None:
        if load_state(database).indexed:
            raise sqlite3.DatabaseError("the points are gone")
        return None
    with stream:
        end = settled_end(stream, directory)
        state = load_state(database)
        if state.shows(os.fstat(stream.fileno())) and state.indexed == end:
            return None
        with watch() as tell:
            return _read_on(database, stream, end, tell)


def _read_on(
    database: sqlite3.Connection, stream: BinaryIO, end: int, tell: Progress
) -> Torn | None:
    while True:
        with _transaction(database):
            found = os.fstat(stream.fileno())
            state = load_state(database)
            if not state.continues_in(stream.fileno(), found):
                raise sqlite3.DatabaseError("the file of points was replaced or edited")
            piece = _Piece(state, stream, end)
            piece.write(database, tell)
            after = state.after(stream.fileno(), found, piece.indexed, piece.lines)
            if after != state:
                save_state(database, after)
        if piece.is_last:
            return piece.torn


class _Piece:
    """So much of the file as one transaction takes, from where an index has stopped."""

    def __init__(self, state: State, stream: BinaryIO, end: int) -> None:
        self.indexed = self._start = state.indexed
        self.lines = state.lines
        self._end = end
        self.torn: Torn | None = None
        stop = line_end(stream.fileno(), state.indexed + _PIECE_BYTES, end)
        self.is_last = stop >= end
        self._batches = readings_between(stream, state.indexed, stop)

    def write(self, database: sqlite3.Connection, tell: Progress) -> None:
        columns = Columns(database)
        for batch in self._batches:
            first = self.lines + 1
            insert(database, columns, self._settled(batch), first)
            tell(f"{self.lines:,} points", self.indexed, self._end)
        self.is_last = self.is_last or self.indexed == self._start  # it has been made shorter

    def _settled(self, batch: list[Reading]) -> list[Reading]:
        """Without a last line that was cut short: somebody may yet end it.

        A last line that lacks its end alone is whole, but counts when its end has come.
        """
        self.lines += len(batch)
        if not batch[-1].ended:
            self.lines -= 1
            if batch[-1].problem:
                self.torn = Torn(self.lines + 1, batch.pop().problem)
        if batch:
            self.indexed = batch[-1].offset + batch[-1].size
        return batch


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")

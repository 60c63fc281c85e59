"""The search index of one repository: an SQLite file that can always be made again.

The files are the truth. Each question begins with a look at every meta.json of the kinds it
concerns (one ``stat`` each); what has changed is read anew before the answer. So an index needs
no care, whoever edits the repository, and a deleted one only costs time.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ck_core.domain.query import Query
from ck_core.store.components import META_FILE
from ck_core.store.index_rows import Changes, Row
from ck_core.store.index_sql import broken_selection, connect, selection
from ck_core.system.locks import locked
from ck_core.system.marks import Listing, list_marks

_BUSY_TIMEOUT_S = 30.0
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Snapshot:
    """A kind's directory as it was when its rows were written."""

    generation: int = 0
    names: bytes = b""
    marks: bytes = b""

    def shows(self, seen: Listing) -> bool:
        return self.names == _joined(seen) and self.marks == seen.marks.tobytes()

    def listing(self) -> Listing:
        marks = array("q")
        marks.frombytes(self.marks)
        return Listing(os.fsdecode(self.names).split("/") if self.names else [], marks)


class Index:
    """Answers for the repository at ``root``; kept in ``file``, or in memory where that fails."""

    def __init__(self, root: Path, file: Path) -> None:
        self._root = root
        self._file = file
        self._database: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def search(self, kind: str, query: Query) -> list[Row]:
        """Broken components of a matching name first, then what matches name, tags and words.

        Raises:
            OSError: the kind's directory cannot be read.
        """

        def ask(database: sqlite3.Connection) -> list[Row]:
            refresh(database, self._root, kind)
            questions = (broken_selection(kind, query), selection(kind, query))
            return [
                Row(*values) for question in questions for values in database.execute(*question)
            ]

        return self._answer(ask)

    def names_of_uid(self, kind: str, uid: str) -> list[str]:
        """Names of the kind's components whose meta gives that UID."""

        def ask(database: sqlite3.Connection) -> list[str]:
            refresh(database, self._root, kind)
            sql = "SELECT name FROM component WHERE uid = ? AND kind = ?"
            return [name for (name,) in database.execute(sql, (uid, kind))]

        return self._answer(ask)

    def close(self) -> None:
        if self._database:
            self._database.close()
        self._database, self._identity = None, None

    def _answer(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """From the file; made anew where it is damaged; else from memory: disk full, locked."""
        for attempt in (self._file, self._file, None):
            try:
                return ask(self._connection(attempt))
            except sqlite3.Error as error:
                self.close()
                if attempt is None:
                    raise
                if not isinstance(error, sqlite3.OperationalError):
                    self.delete()
        raise AssertionError("the last attempt answers or raises")

    def _connection(self, file: Path | None) -> sqlite3.Connection:
        """One to a file that was deleted would share SQLite's helper files with its successor."""
        if self._identity and self._identity != _identity(self._file):
            self.close()
        self._database = self._database or self._open(file)
        return self._database

    def _open(self, file: Path | None) -> sqlite3.Connection:
        if file is None:
            return connect(":memory:", 0)
        with suppress(OSError):  # then connecting fails, and memory serves
            file.parent.mkdir(parents=True, exist_ok=True)
        with locked(file.parent):  # nobody shall delete it between its first page and its log
            if file.is_file() and not file.stat().st_size:
                self._unlink()  # who still has it open would keep us waiting for its lock
            database = connect(str(file), _BUSY_TIMEOUT_S)
            self._identity = _identity(file)
        return database

    def delete(self) -> None:
        """Nothing is lost: the next question makes it again."""
        self.close()
        with locked(self._file.parent):
            self._unlink()

    def _unlink(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._file.with_name(self._file.name + suffix).unlink()


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def refresh(database: sqlite3.Connection, root: Path, kind: str) -> None:
    """Brings the rows of a kind up to what its directory holds now.

    Two processes may do so at once: whoever writes has looked at the directory after the other
    has written, so that what an earlier look did not see yet is never taken out again.
    """
    known = _snapshot(database, kind)
    seen = list_marks(f"{root}/{kind}", META_FILE)
    if known.shows(seen):
        return
    with database:
        database.execute("BEGIN IMMEDIATE")
        latest = _snapshot(database, kind)
        if latest.generation != known.generation:
            seen = list_marks(f"{root}/{kind}", META_FILE)
        changes = Changes(root, kind, latest.listing(), seen)
        changes.write(database)
        snapshot = (kind, latest.generation + 1, _joined(seen), changes.trusted_marks())
        database.execute("REPLACE INTO snapshot VALUES (?, ?, ?, ?)", snapshot)


def _snapshot(database: sqlite3.Connection, kind: str) -> _Snapshot:
    sql = "SELECT generation, names, marks FROM snapshot WHERE kind = ?"
    values = database.execute(sql, (kind,)).fetchone()
    return _Snapshot(*values) if values else _Snapshot()


def _joined(listing: Listing) -> bytes:
    return os.fsencode("/".join(listing.names))

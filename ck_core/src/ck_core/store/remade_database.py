"""An SQLite file of what can always be read anew: it needs no care, losing it costs only time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ck_core.system.locks import locked

Answer = TypeVar("Answer")


def with_tables(database: sqlite3.Connection, tables: str, version: int) -> sqlite3.Connection:
    """The database, which has these tables; they are made where it is new.

    Args:
        tables: SQL that sets ``user_version`` as well.

    Raises:
        sqlite3.Error: it is damaged, or was made by another version.
    """
    (found,) = database.execute("PRAGMA user_version").fetchone()
    if found == 0:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(tables)
    elif found != version:
        raise sqlite3.DatabaseError("made by another version of ckp")
    database.execute("PRAGMA synchronous = NORMAL")
    return database


class RemadeDatabase:
    """Kept in ``file``, or in memory where that fails.

    Args:
        connect: opens what SQLite calls so, and makes its tables.
    """

    def __init__(self, file: Path, connect: Callable[[str], sqlite3.Connection]) -> None:
        self.file = file
        self._connect = connect
        self._database: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def answer(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """From the file; made anew where it is damaged; else from memory: disk full, locked.

        ``ask`` may be called several times, and brings what it is given up to date first.
        """
        for attempt in (self.file, self.file, None):
            try:
                return ask(self._connection(attempt))
            except sqlite3.Error as error:
                self.close()
                if attempt is None:
                    raise
                if not isinstance(error, sqlite3.OperationalError):
                    self.delete()
        raise AssertionError("the last attempt answers or raises")

    def close(self) -> None:
        if self._database:
            self._database.close()
        self._database, self._identity = None, None

    def delete(self) -> None:
        """Nothing is lost: the next question makes it again."""
        self.close()
        with locked(self.file.parent):
            self._unlink()

    def _connection(self, file: Path | None) -> sqlite3.Connection:
        """One to a file that was deleted would share SQLite's helper files with its successor."""
        if self._identity and self._identity != _identity(self.file):
            self.close()
        self._database = self._database or self._open(file)
        return self._database

    def _open(self, file: Path | None) -> sqlite3.Connection:
        if file is None:
            return self._connect(":memory:")
        with suppress(OSError):  # then connecting fails, and memory serves
            file.parent.mkdir(parents=True, exist_ok=True)
        with locked(file.parent):  # nobody shall delete it between its first page and its log
            if file.is_file() and not file.stat().st_size:
                self._unlink()  # who still has it open would keep us waiting for its lock
            database = self._connect(str(file))
            self._identity = _identity(file)
        return database

    def _unlink(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.file.with_name(self.file.name + suffix).unlink()


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino

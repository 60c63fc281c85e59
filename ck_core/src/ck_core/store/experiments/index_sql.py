"""The tables of an index of points: one wide row a point, a column for each name.

Measured among 200,000 points of 36 values: a wide table is written in 1.9 s and takes 80 MB; one
row a value 8.4 s and 157 MB, one table a name 6.0 s and 127 MB; questions take about as long.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from ck_core.analysis.filters import number_of
from ck_core.domain.point_names import candidates
from ck_core.store.experiments.filter_sql import Sql, encodable
from ck_core.store.remade_database import with_tables

_VERSION = 1
MOST_COLUMNS = 1500
"""SQLite takes 2000; the values of further names share one column as JSON."""
_CACHE_KIB = 65_536
_BUSY_TIMEOUT_S = 60.0
_TABLES = """
BEGIN EXCLUSIVE;
CREATE TABLE IF NOT EXISTS state (
  device INTEGER, inode INTEGER, mtime INTEGER, ctime INTEGER, size INTEGER,
  indexed INTEGER, lines INTEGER, head BLOB, tail BLOB
);
CREATE TABLE IF NOT EXISTS name (position INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS point (
  line INTEGER PRIMARY KEY, start INTEGER, size INTEGER, checksum INTEGER, uid TEXT, more TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS point_uid ON point (uid);
CREATE TABLE IF NOT EXISTS trouble (line INTEGER PRIMARY KEY, problem TEXT);
PRAGMA user_version = 1;
COMMIT;
"""
FIXED = ("line", "start", "size", "checksum", "uid", "more")


def connect(file: str) -> sqlite3.Connection:
    """An index with its tables.

    Raises:
        sqlite3.Error: it cannot be opened, is damaged, or was made by another version.
    """
    database = sqlite3.connect(file, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
    database.create_function("number", 1, number_of, deterministic=True)
    database.create_function("more", 2, _more, deterministic=True)
    database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return with_tables(database, _TABLES, _VERSION)


class Columns:
    """The names that points of an index have, and where their values are."""

    def __init__(self, database: sqlite3.Connection) -> None:
        found = database.execute("SELECT name, position FROM name ORDER BY position")
        self._positions: dict[str, int] = dict(found)
        self._own = [*self._positions][:MOST_COLUMNS]

    @property
    def names(self) -> list[str]:
        return ["uid", *self._positions]

    @property
    def width(self) -> int:
        """How many columns the names have."""
        return len(self._own)

    def lacking(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self._positions]

    def add(self, database: sqlite3.Connection, names: Iterable[str]) -> None:
        """Columns for names that are new."""
        for name in names:
            position = len(self._positions)
            database.execute("INSERT INTO name VALUES (?, ?)", (position, name))
            if position < MOST_COLUMNS:
                database.execute(f"ALTER TABLE point ADD COLUMN c{position}")
                self._own.append(name)
            self._positions[name] = position

    def row(self, scalars: Mapping[str, object]) -> list[object]:
        """What stands in ``more`` and in the columns, from a point's values."""
        rest: dict[str, object] = {}
        if len(self._positions) > MOST_COLUMNS:
            rest = {n: one for n, one in scalars.items() if self._positions[n] >= MOST_COLUMNS}
        return [json.dumps(rest) if rest else None, *map(scalars.get, self._own)]

    def value(self, name: str) -> Sql:
        """SQL for what a name of a user's means in a row."""
        found = [self._place(full) for full in candidates(name) if self._has(full)]
        if not found:
            return Sql("NULL")
        if len(found) == 1:
            return found[0]
        places = ", ".join(one.text for one in found)
        return Sql(f"coalesce({places})", tuple(one for sql in found for one in sql.parameters))

    def exactly(self, full: str) -> Sql:
        """Likewise of a full name, which nothing else can be meant by."""
        return self._place(full) if self._has(full) else Sql("NULL")

    def _has(self, full: str) -> bool:
        return full == "uid" or full in self._positions

    def _place(self, full: str) -> Sql:
        if full == "uid":
            return Sql("uid")
        position = self._positions[full]
        if position < MOST_COLUMNS:
            return Sql(f"c{position}")
        return Sql("more(more, ?)", (encodable(full),))


def _more(text: str | None, name: str) -> str | float | None:
    found: dict[str, str | float] = json.loads(text) if text else {}
    return found.get(name)

"""The tables of an index, and questions to it as SQL."""

from __future__ import annotations

import sqlite3

from ck_core.domain.query import Query
from ck_core.store.remade_database import with_tables

_VERSION = 1
_BUSY_TIMEOUT_S = 30.0
_TABLES = """
BEGIN EXCLUSIVE;
CREATE TABLE IF NOT EXISTS snapshot (
  kind TEXT PRIMARY KEY, generation INTEGER NOT NULL, names BLOB NOT NULL, marks BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS component (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, uid TEXT NOT NULL,
  meta TEXT NOT NULL, changed_s REAL NOT NULL, problem TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS component_name ON component (kind, name);
CREATE INDEX IF NOT EXISTS component_uid ON component (uid);
CREATE INDEX IF NOT EXISTS broken ON component (kind, name) WHERE problem != '';
CREATE TABLE IF NOT EXISTS tag (tag TEXT, id INTEGER, PRIMARY KEY (tag, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tag_of ON tag (id);
CREATE TRIGGER IF NOT EXISTS forget_tags AFTER DELETE ON component
  BEGIN DELETE FROM tag WHERE id = OLD.id; END;
PRAGMA user_version = 1;
COMMIT;
"""
_COLUMNS = "SELECT kind, name, meta, changed_s, problem FROM component"
_NAME_COLUMNS = "SELECT kind, name, '', changed_s, problem FROM component"
_ORDERS = {False: "ORDER BY name", True: "ORDER BY changed_s DESC, name"}


def connect(file: str) -> sqlite3.Connection:
    """An index with its tables.

    Raises:
        sqlite3.Error: it cannot be opened, is damaged, or was made by another version.
    """
    database = sqlite3.connect(file, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
    database.create_function("contains", 3, _contains, deterministic=True)
    return with_tables(database, _TABLES, _VERSION)


def selection(kind: str, query: Query) -> tuple[str, list[str]]:
    """SQL and its values for the sound components that match name, tags and words."""
    conditions = ["kind = ?", "problem = ''"]
    values = [kind]
    if query.cid.name != "*":
        conditions.append("(name = ? OR name GLOB ?)")
        values += [query.cid.name, _glob(query.cid.name)]
    for tag in sorted(query.wanted_tags):
        conditions.append("id IN (SELECT id FROM tag WHERE tag = ?)")
        values.append(tag)
    for tag in sorted(query.unwanted_tags):
        conditions.append("id NOT IN (SELECT id FROM tag WHERE tag = ?)")
        values.append(tag)
    for word in query.words:
        conditions.append("contains(name, meta, ?)")
        values.append(word.casefold())
    order = _ORDERS[query.newest_first]
    columns = _NAME_COLUMNS if query.names_only else _COLUMNS
    return f"{columns} WHERE {' AND '.join(conditions)} {order}", values  # no value of a user's


def broken_selection(kind: str, query: Query) -> tuple[str, list[str]]:
    """Likewise for the broken ones, of which only the name is known."""
    return (
        f"{_COLUMNS} WHERE kind = ? AND problem != '' AND name GLOB ? ORDER BY name",  # as above
        [kind, _glob(query.cid.name)],
    )


def _glob(pattern: str) -> str:
    """The pattern in SQLite's dialect, which excludes by ``[^...]``."""
    return pattern.replace("[!", "[^")


def _contains(name: str, meta: str, word: str) -> bool:
    return word in name.casefold() or word in meta.casefold()

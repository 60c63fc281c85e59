"""The search index of one repository: an SQLite file that can always be made again.

The files are the truth. Each question begins with a look at every meta.json of the kinds it
concerns (one ``stat`` each); what has changed is read anew before the answer. So an index needs
no care, whoever edits the repository, and a deleted one only costs time.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.query import Query
from ck_core.store.components import META_FILE
from ck_core.store.index_rows import Changes, Row
from ck_core.store.index_sql import broken_selection, connect, selection
from ck_core.store.remade_database import RemadeDatabase
from ck_core.system.marks import Listing, list_marks


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
        self._database = RemadeDatabase(file, connect)

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

        return self._database.answer(ask)

    def names_of_uid(self, kind: str, uid: str) -> list[str]:
        """Names of the kind's components whose meta gives that UID."""

        def ask(database: sqlite3.Connection) -> list[str]:
            refresh(database, self._root, kind)
            sql = "SELECT name FROM component WHERE uid = ? AND kind = ?"
            return [name for (name,) in database.execute(sql, (uid, kind))]

        return self._database.answer(ask)

    def close(self) -> None:
        self._database.close()

    def delete(self) -> None:
        """Nothing is lost: the next question makes it again."""
        self._database.delete()


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

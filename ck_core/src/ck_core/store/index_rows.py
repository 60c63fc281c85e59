"""What has changed in a kind's directory, read and written to the index."""

from __future__ import annotations

import json
import os
import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ck_core.domain.meta import Meta
from ck_core.errors import BadComponentError
from ck_core.store.components import META_FILE, parse_meta, read_meta
from ck_core.system.marks import ABSENT, UNREADABLE, UNTRUSTED, Listing

_BATCH = 1000
_LOOKS = 4


@dataclass(frozen=True)
class Row:
    """A component as the index knows it; ``problem`` says what is wrong with a broken one."""

    kind: str
    name: str
    meta: str
    changed_s: float
    problem: str


@dataclass(frozen=True)
class _Reading:
    row: Row
    uid: str = ""
    tags: tuple[str, ...] = ()


class Changes:
    """The difference between a directory as it was known and as it is seen."""

    def __init__(self, root: Path, kind: str, known: Listing, seen: Listing) -> None:
        self._kind = kind
        self._directory = f"{root}/{kind}"
        self._seen = seen
        before = dict(zip(known.names, known.marks, strict=True))
        self._new_marks = {
            name: mark
            for name, mark in zip(seen.names, seen.marks, strict=True)
            if before.pop(name, None) != mark
        }
        self._gone = list(before)

    def write(self, database: sqlite3.Connection) -> None:
        """Reads what has changed and replaces its rows."""
        keys = [(self._kind, _text(name)) for name in (*self._gone, *self._new_marks)]
        database.executemany("DELETE FROM component WHERE kind = ? AND name = ?", keys)
        (last,) = database.execute("SELECT COALESCE(MAX(id), 0) FROM component").fetchone()
        numbered = enumerate(self._read_changed(), start=last + 1)
        while batch := list(islice(numbered, _BATCH)):
            _insert(database, batch)

    def trusted_marks(self) -> bytes:
        """The marks of what the rows were read from."""
        pairs = zip(self._seen.names, self._seen.marks, strict=True)
        return array("q", [self._new_marks.get(name, mark) for name, mark in pairs]).tobytes()

    def _read_changed(self) -> Iterator[_Reading]:
        for name, mark in self._new_marks.items():
            if mark != ABSENT and (found := self._read(name, f"{self._directory}/{name}")):
                yield found

    def _read(self, name: str, place: str, looks: int = _LOOKS) -> _Reading | None:
        """None where it has gone since it was seen.

        One may go and another of its name come between two looks: it is looked at again.
        """
        file = f"{place}/{META_FILE}"
        if self._new_marks[name] != UNREADABLE:  # else nothing changes until that does
            self._new_marks[name] = UNTRUSTED  # what cannot be read now may be read next time
        try:
            found = read_meta(file)
            self._new_marks[name] = found.mark
            values = parse_meta(found.text, file)
            tags = Meta(values, file).texts("tags")
        except BadComponentError as problem:
            if not os.path.isdir(f"{place}/.cm"):  # noqa: PTH112  # no Path object needed
                return None
            if looks > 1:
                return self._read(name, place, looks - 1)
            return _Reading(Row(self._kind, _text(name), "", 0.0, _text(problem.message)))
        compact = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        row = Row(self._kind, _text(name), _text(compact), found.changed_s, "")
        return _Reading(row, _text(_uid(values)), tuple(map(_text, tags)))


def _insert(database: sqlite3.Connection, numbered: Sequence[tuple[int, _Reading]]) -> None:
    rows = [
        (n, one.row.kind, one.row.name, one.uid, one.row.meta, one.row.changed_s, one.row.problem)
        for n, one in numbered
    ]
    database.executemany("INSERT INTO component VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    tags = [(tag, number) for number, one in numbered for tag in one.tags]
    database.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", tags)


def _uid(values: Mapping[str, Any]) -> str:
    uid = values.get("backup_data_uid")
    return uid if isinstance(uid, str) else ""


def _text(name: str) -> str:
    """SQLite takes Unicode only: what is none becomes question marks."""
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

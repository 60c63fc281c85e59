"""From lines that were read to rows of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from ck_core.store.experiments.index_readings import Reading, clean
from ck_core.store.experiments.index_sql import FIXED, Columns
from ck_core.store.experiments.reading import taken_uid


def insert(
    database: sqlite3.Connection, columns: Columns, readings: Sequence[Reading], first: int
) -> None:
    """Writes what was read, from line ``first`` on; of points with one UID the first counts."""
    known = _known_uids(database, readings)
    rows, troubles = [], []
    for number, one in enumerate(readings, start=first):
        if one.scalars is None:
            troubles += [(number, one.problem)] if one.problem else []
            continue
        uid = one.scalars.pop("uid")
        if uid in known:
            troubles.append((number, taken_uid(uid)))
            continue
        known.add(uid)
        columns.add(database, columns.lacking(one.scalars))
        place = (number, one.offset, one.size, one.checksum, uid)
        rows.append([*place, *columns.row(one.scalars)])
    _insert_rows(database, columns, rows)
    database.executemany("INSERT INTO trouble VALUES (?, ?)", troubles)


def _known_uids(database: sqlite3.Connection, readings: Sequence[Reading]) -> set[str]:
    """Those of the readings that the index has a point of."""
    uids = [one.scalars["uid"] for one in readings if one.scalars]
    marks = ", ".join("?" * len(uids))
    sql = f"SELECT uid FROM point WHERE uid IN ({marks})"  # noqa: S608  # question marks only
    return {uid for (uid,) in database.execute(sql, uids)}


def _insert_rows(database: sqlite3.Connection, columns: Columns, rows: Sequence[list[Any]]) -> None:
    """Rows made before a column came are shorter by what they lack."""
    width = len(FIXED) + columns.width
    full = [row + [None] * (width - len(row)) for row in rows]
    sql = f"INSERT INTO point VALUES ({', '.join('?' * width)})"  # noqa: S608  # as above
    try:
        database.executemany(sql, full)
    except OverflowError:  # an integer beyond 64 bits; what went in before it goes in again
        sql = sql.replace("INSERT", "REPLACE", 1)
        database.executemany(sql, [[*map(clean, row)] for row in full])

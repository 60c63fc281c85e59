"""Which names the points of an index have values under."""

from __future__ import annotations

import json
import sqlite3

from ck_core.analysis.filters import Expression
from ck_core.store.experiments.filter_sql import Sql, condition
from ck_core.store.experiments.index_sql import Columns


def names_where(
    database: sqlite3.Connection, columns: Columns, where: Expression | None
) -> list[str]:
    """Full names of which some point, or some for which ``where`` holds, has a value."""
    if where is None:
        return columns.names
    those = condition(where, columns.value)
    found = _in_columns(database, columns, those) | _in_rest(database, those)
    return [name for name in columns.names if name in found]


def _in_columns(database: sqlite3.Connection, columns: Columns, those: Sql) -> set[str]:
    own = ["uid", *(f"c{position}" for position in range(columns.width))]
    counts = ", ".join(f"count({column})" for column in own)
    sql = f"SELECT {counts} FROM point WHERE {those.text}"  # noqa: S608  # names are ours
    row = database.execute(sql, those.parameters).fetchone()
    return {name for name, count in zip(columns.names, row, strict=False) if count}


def _in_rest(database: sqlite3.Connection, those: Sql) -> set[str]:
    """Of names that have no column of their own."""
    sql = f"SELECT more FROM point WHERE more IS NOT NULL AND ({those.text})"  # noqa: S608  # as above
    return {
        name for (text,) in database.execute(sql, those.parameters) for name in json.loads(text)
    }

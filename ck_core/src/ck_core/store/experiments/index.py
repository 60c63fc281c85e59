"""Questions to a million points: an SQLite file in the cache that can always be made again.

Before each answer it reads on where the file of points has grown. It commits as it reads: who
is interrupted has lost nothing, and of two processes each goes on where the other was.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from ck_core.analysis.filters import Expression
from ck_core.domain.point import Point, Scalar
from ck_core.domain.trouble import Trouble
from ck_core.errors import CkpError
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.filter_sql import Parameter, Sql, condition, encodable
from ck_core.store.experiments.found import FoundPoints, Place
from ck_core.store.experiments.index_names import names_where
from ck_core.store.experiments.index_refresh import Torn, Watch, bring_up_to_date, unwatched
from ck_core.store.experiments.index_sql import Columns, connect
from ck_core.store.experiments.lines import open_points
from ck_core.store.experiments.point_json import parse_point
from ck_core.store.remade_database import Answer, RemadeDatabase

Row = tuple[Scalar | None, ...]


@dataclass(frozen=True)
class Order:
    """By the values under a name, points without one at the end; else as in the file.

    Attributes:
        limit: at most so many, from the beginning.
        newest: from the end of the file instead.
        asked: the order of ``domain/point_order.py``; a limit then takes the newest as well.
    """

    name: str = ""
    descending: bool = False
    limit: int | None = None
    newest: bool = False
    asked: bool = False


IN_FILE = Order()
AS_ASKED = Order(asked=True)


class PointIndex:
    """Answers for the experiment in ``directory``; kept below ``caches``, or in memory.

    ``watch`` is told how far it is where it reads lines that are new.

    All methods raise StorageError where the points cannot be read.
    """

    def __init__(self, directory: Path, caches: Path, watch: Watch = unwatched) -> None:
        self._directory = directory
        self._points = directory / POINTS_FILE
        identity = f"{os.uname().nodename}\0{self._points.resolve()}"
        name = sha256(identity.encode(errors="replace")).hexdigest()[:24]
        self._database = RemadeDatabase(caches / f"{name}.sqlite", connect)
        self._torn: Torn | None = None
        self._watch = watch

    @property
    def is_made(self) -> bool:
        """Whether a question does not have to read the whole file first."""
        return self._database.file.exists()

    def select(
        self,
        names: Sequence[str],
        where: Expression | None = None,
        order: Order = IN_FILE,
    ) -> list[Row]:
        """The UID and the values under some names of each point for which ``where`` holds.

        A missing value is None; true and false are 1 and 0.
        """

        def ask(database: sqlite3.Connection) -> list[Row]:
            columns = Columns(database)
            wanted = [Sql("uid"), *map(columns.value, names)]
            question = _question(wanted, columns, where, order)
            return database.execute(*question).fetchall()

        return self._answer(ask)

    def points(
        self,
        where: Expression | None = None,
        order: Order = IN_FILE,
    ) -> FoundPoints:
        """The points themselves, as they stand in the file, in the same order."""

        def ask(database: sqlite3.Connection) -> array[int]:
            wanted = [Sql("start"), Sql("size"), Sql("checksum")]
            question = _question(wanted, Columns(database), where, order)
            return array("q", chain.from_iterable(database.execute(*question)))

        return FoundPoints(self._answer(ask), self._points_at)

    def uids_beginning(self, start: str, most: int = 100) -> list[str]:
        """UIDs that begin so, at most so many; quick among a million."""

        def ask(database: sqlite3.Connection) -> list[Row]:
            sql = "SELECT uid FROM point WHERE uid >= ? AND uid < ? ORDER BY uid LIMIT ?"
            ends = (encodable(start), f"{encodable(start)}g")  # no digit comes after f
            return database.execute(sql, (*ends, most)).fetchall()

        return [str(uid) for (uid,) in self._answer(ask)]

    def with_uids(self, uids: Sequence[str]) -> list[Point]:
        """The points of these UIDs that there are, in the given order; quick likewise."""

        def ask(database: sqlite3.Connection) -> list[Place]:
            sql = "SELECT start, size, checksum FROM point WHERE uid = ?"
            return [row for uid in uids for row in database.execute(sql, (encodable(uid),))]

        return list(self._points_at(self._answer(ask)))

    def count(self, where: Expression | None = None) -> int:
        """For how many points it holds."""

        def ask(database: sqlite3.Connection) -> int:
            question = _question([Sql("count(*)")], Columns(database), where, IN_FILE)
            (number,) = database.execute(*question).fetchone()
            return int(number)

        return self._answer(ask)

    def names(self, where: Expression | None = None) -> list[str]:
        """Every full name that some of these points has a value under, the first met first."""
        return self._answer(lambda database: names_where(database, Columns(database), where))

    def troubles(self) -> list[Trouble]:
        """The lines that are left out, by line."""

        def ask(database: sqlite3.Connection) -> list[Trouble]:
            found = database.execute("SELECT line, problem FROM trouble ORDER BY line").fetchall()
            if self._torn:
                found.append(self._torn)
            file = str(self._points)
            return [Trouble(file=file, line=line, problem=problem) for line, problem in found]

        return self._answer(ask)

    def close(self) -> None:
        self._database.close()

    def delete(self) -> None:
        """Nothing is lost: the next question makes it again."""
        self._database.delete()

    def _points_at(self, places: Iterable[Place]) -> Iterator[Point]:
        if (stream := open_points(self._points)) is None:
            return
        with stream:
            for place in places:
                yield parse_point(self._content(stream, place))

    def _answer(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        def up_to_date(database: sqlite3.Connection) -> Answer:
            self._torn = bring_up_to_date(database, self._directory, self._watch)
            return ask(database)

        return self._database.answer(up_to_date)

    def _content(self, stream: BinaryIO, place: Place) -> bytes:
        """A line, if it is still what the index has read."""
        start, size, checksum = place
        content = os.pread(stream.fileno(), size, start).removesuffix(b"\n")
        if crc32(content) != checksum:
            self.delete()
            raise CkpError(
                f"{self._points} has been edited since it was indexed",
                hint="type the same command again: the index is made anew",
            )
        return content.strip(b" \t\r")


def _question(
    wanted: Sequence[Sql],
    columns: Columns,
    where: Expression | None,
    order: Order,
) -> tuple[str, tuple[Parameter, ...]]:
    """Everything in it is ours but the parameters."""
    those = Sql("point")
    if where is not None:
        found = condition(where, columns.value)
        those = Sql(f"point WHERE {found.text}", found.parameters)
    if order.asked or order.newest:
        those = _newest(those, order.limit)
    by = _as_asked(columns) if order.asked else _by_value(columns, order)
    sql = f"SELECT {', '.join(one.text for one in wanted)} FROM {those.text} ORDER BY {by.text}"  # noqa: S608  # see above
    if order.limit is not None:
        sql += f" LIMIT {max(0, int(order.limit))}"
    return sql, tuple(one for part in (*wanted, those, by) for one in part.parameters)


def _by_value(columns: Columns, order: Order) -> Sql:
    if not order.name:
        return Sql("line")
    value = columns.value(order.name)
    direction = "DESC" if order.descending else "ASC"
    text = f"{value.text} IS NULL, {value.text} {direction}, line"
    return Sql(text, (*value.parameters, *value.parameters))


def _newest(those: Sql, limit: int | None) -> Sql:
    if limit is None:
        return those
    text = f"(SELECT * FROM {those.text} ORDER BY line DESC LIMIT {max(0, int(limit))})"  # noqa: S608  # as above
    return Sql(text, those.parameters)


def _as_asked(columns: Columns) -> Sql:
    """Sessions where the first of their points stands, the points of each by their place."""
    session, place = columns.exactly("session"), columns.exactly("place")
    text = (
        f"min(line) OVER (PARTITION BY coalesce({session.text}, uid)),"
        f" {place.text} IS NULL, {place.text}, line"
    )
    return Sql(text, (*session.parameters, *place.parameters, *place.parameters))

"""Reading points: what is sound is given, what is not is named, nothing is guessed."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.store.experiments import LONGEST_LINE, POINTS_FILE
from ck_core.store.experiments.checking import BadPointError
from ck_core.store.experiments.lines import (
    Line,
    count_lines,
    lines_backwards,
    lines_from,
    open_points,
    settled_end,
)
from ck_core.store.experiments.point_json import parse_point

Tell = Callable[[Trouble], object]
"""Is told of each line that is left out."""
_UID = re.compile(rb'"uid"\s{0,8}:\s{0,8}"([0-9a-f]{16})"')
_LONGEST_UID = 64
_BLOCK = 1 << 20
_LOOKED_BACK = 64 << 20


def read_points(directory: Path, tell: Tell) -> Iterator[Point]:
    """The points of an experiment, in the order of the file; of two with one UID the first.

    Raises:
        StorageError: the file cannot be read.
    """
    file = directory / POINTS_FILE
    stream = open_points(file)
    if stream is None:
        return
    with stream:
        seen: set[int] = set()
        lines = lines_from(stream, 0, settled_end(stream, directory))
        for number, line in enumerate(lines, start=1):
            point = _point(line, file, number, tell)
            if point is None:
                continue
            if (uid := int(point.uid, 16)) in seen:
                tell(Trouble(file=str(file), line=number, problem=taken_uid(point.uid)))
            else:
                seen.add(uid)
                yield point


def newest_points(directory: Path, count: int, tell: Tell) -> list[Point]:
    """The last so many points, the last first; of a long file only its end is parsed.

    Of two with one UID the first counts, as for everybody else, where they are not further apart
    than ``_LOOKED_BACK``: only who edits by hand makes two, and looking at all of a file of a
    million points takes seconds.

    Raises:
        StorageError: the file cannot be read.
    """
    file = directory / POINTS_FILE
    stream = open_points(file)
    if stream is None or count < 1:
        return []
    with stream:
        found, begin = _newest(stream, file, count, tell)
        if not _some_stand_before(stream, begin, found):
            return list(found.values())
    return list(deque(read_points(directory, tell), count))[::-1]


def _some_stand_before(stream: BinaryIO, end: int, uids: Collection[str]) -> bool:
    """Whether one of these UIDs stands before a place; of a component's, needlessly, as well."""
    wanted = {uid.encode() for uid in uids}
    place, rest = max(0, end - _LOOKED_BACK), b""
    while place < end and (block := os.pread(stream.fileno(), min(_BLOCK, end - place), place)):
        if not wanted.isdisjoint(_UID.findall(rest + block)):
            return True
        place, rest = place + len(block), block[-_LONGEST_UID:]
    return False


def _newest(stream: BinaryIO, file: Path, count: int, tell: Tell) -> tuple[dict[str, Point], int]:
    """By UID, and where the first line begins that was looked at."""
    end = settled_end(stream, file.parent)
    found: dict[str, Point] = {}
    total, begin = 0, end
    for behind, line in enumerate(lines_backwards(stream, end)):
        begin = line.offset
        try:
            point = point_of(line)
        except BadPointError as problem:
            total = total or count_lines(stream, end)  # who meets no trouble need not count
            tell(Trouble(file=str(file), line=total - behind, problem=str(problem)))
            continue
        if point is not None:
            found.pop(point.uid, None)  # the earlier one counts, as for everybody else
            found[point.uid] = point
        if len(found) == count:
            break
    return found, begin


def _point(line: Line, file: Path, number: int, tell: Tell) -> Point | None:
    try:
        return point_of(line)
    except BadPointError as problem:
        tell(Trouble(file=str(file), line=number, problem=str(problem)))
        return None


def point_of(line: Line) -> Point | None:
    """None for an empty line; raises BadPointError."""
    content = checked_content(line)
    try:
        return parse_point(content) if content else None
    except BadPointError as problem:
        raise line_problem(line, problem) from None


def checked_content(line: Line) -> bytes:
    """What is to be parsed; empty for an empty line. Raises BadPointError."""
    if line.is_too_long:
        raise BadPointError(f"is longer than {LONGEST_LINE >> 20} MiB")
    return line.content.strip(b" \t\r")


def line_problem(line: Line, problem: BadPointError) -> BadPointError:
    """A last line without end was cut short: that is its problem, not its JSON."""
    if line.ended or line.is_too_long:
        return problem
    return BadPointError("was cut short: whoever wrote it was killed")


def taken_uid(uid: str) -> str:
    """The problem of a point whose UID an earlier one has."""
    return f"has the uid of an earlier point, {uid}"

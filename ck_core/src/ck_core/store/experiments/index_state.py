"""Whether an index still belongs to its file, and how far it has read it.

The file only grows. It was replaced or edited where it is another file, is shorter, has changed
without growing, or where its beginning or the last bytes that were read are others. An edit in
the middle of the same file that keeps every length, with a point appended behind it before the
next question, goes unseen; the points that are then handed out are still read from the file.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass, replace
from hashlib import blake2b

_HEAD_BYTES = 1 << 12
_TAIL_BYTES = 1 << 16


@dataclass(frozen=True)
class State:
    """The file as it was, and its first ``indexed`` bytes, which held so many ``lines``."""

    device: int = 0
    inode: int = 0
    mtime: int = 0
    ctime: int = 0
    size: int = 0
    indexed: int = 0
    lines: int = 0
    head: bytes = b""
    tail: bytes = b""

    def shows(self, found: os.stat_result) -> bool:
        """Whether nothing has happened since."""
        return self._same_file(found) and self._times(found) and self.size == found.st_size

    def continues_in(self, descriptor: int, found: os.stat_result) -> bool:
        """Whether what was read is still there, and only more behind it."""
        if not self.indexed:
            return True
        return (
            self._same_file(found)
            and found.st_size >= self.size
            and (found.st_size > self.size or self._times(found))
            and (self.head, self.tail) == _hashes(descriptor, self.indexed)
        )

    def after(self, descriptor: int, found: os.stat_result, indexed: int, lines: int) -> State:
        """As it is when so much of it has been read."""
        head, tail = _hashes(descriptor, indexed)
        return replace(
            self,
            device=found.st_dev,
            inode=found.st_ino,
            mtime=found.st_mtime_ns,
            ctime=found.st_ctime_ns,
            size=found.st_size,
            indexed=indexed,
            lines=lines,
            head=head,
            tail=tail,
        )

    def _same_file(self, found: os.stat_result) -> bool:
        return (self.device, self.inode) == (found.st_dev, found.st_ino)

    def _times(self, found: os.stat_result) -> bool:
        return (self.mtime, self.ctime) == (found.st_mtime_ns, found.st_ctime_ns)


def _hashes(descriptor: int, indexed: int) -> tuple[bytes, bytes]:
    """Of the beginning and of the end of what was read."""
    start = max(0, indexed - _TAIL_BYTES)
    head = os.pread(descriptor, min(_HEAD_BYTES, indexed), 0)
    tail = os.pread(descriptor, indexed - start, start)
    return blake2b(head, digest_size=16).digest(), blake2b(tail, digest_size=16).digest()


def load_state(database: sqlite3.Connection) -> State:
    """That of an index that has read nothing, where it has none."""
    values = database.execute("SELECT * FROM state").fetchone()
    return State(*values) if values else State()


def save_state(database: sqlite3.Connection, state: State) -> None:
    """In the transaction that writes the rows."""
    database.execute("DELETE FROM state")
    values = (state.device, state.inode, state.mtime, state.ctime, state.size)
    read = (state.indexed, state.lines, state.head, state.tail)
    database.execute("INSERT INTO state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, *read))

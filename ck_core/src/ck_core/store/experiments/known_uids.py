"""Which UIDs the points of a growing file have."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ck_core.store.experiments.checking import BadPointError
from ck_core.store.experiments.lines import lines_from, open_points
from ck_core.store.experiments.point_json import parse_values
from ck_core.store.experiments.reading import checked_content


class KnownUids:
    """Those of the file, read on from where it was read to before; eight bytes and a bit each."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._place = 0
        self._uids: set[int] = set()

    def read_on(self) -> None:
        """To the end; the caller holds the experiment's lock. Raises StorageError."""
        stream = open_points(self._file)
        if stream is None:
            return
        with stream:
            end = stream.seek(0, 2)
            for line in lines_from(stream, min(self._place, end), end):
                with suppress(BadPointError):
                    if content := checked_content(line):
                        self.add(str(parse_values(content)["uid"]))
        self._place = end

    def skip(self) -> None:
        """What was added to the file since is known; the caller still holds the lock."""
        with suppress(OSError):
            self._place = self._file.stat().st_size

    def add(self, uid: str) -> bool:
        """Whether it is new."""
        number = int(uid, 16)
        is_new = number not in self._uids
        self._uids.add(number)
        return is_new

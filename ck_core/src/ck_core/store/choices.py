"""What the user answered when several installations were equal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ck_core.system.files import format_json, read_text, storage_errors, write_atomically
from ck_core.system.locks import locked

_LIMIT = 1 << 20


class Choices:
    """One JSON object: what was asked for (``gcc@12.2.0 x86_64-linux-gnu``) to a UID."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> dict[str, str]:
        """Empty where there is no file of sense: then the user is asked again."""
        try:
            found = json.loads(read_text(str(self._file), _LIMIT)[0])
        except (OSError, ValueError, RecursionError):
            return {}
        values = found if isinstance(found, dict) else {}
        return {what: uid for what, uid in values.items() if isinstance(uid, str)}

    def keep(self, what: str, uid: str) -> None:
        with storage_errors("create", self._file.parent):
            self._file.parent.mkdir(parents=True, exist_ok=True)
        with locked(self._file.parent):
            self._write({**self.all(), what: uid})

    def forget(self, uids: Iterable[str]) -> None:
        """Answers that name these installations."""
        gone = set(uids)
        kept = self.all()
        if gone.isdisjoint(kept.values()):
            return
        with locked(self._file.parent):
            self._write({what: uid for what, uid in self.all().items() if uid not in gone})

    def _write(self, values: dict[str, str]) -> None:
        write_atomically(self._file, format_json(dict(sorted(values.items()))))

"""What an interrupted download has left, and whether it can go on from there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ck_core.system.files import storage_errors, write_atomically


@dataclass(frozen=True, kw_only=True)
class Partial:
    """The first bytes of a file, beside its final place; ``origin`` says what they are of."""

    directory: Path

    @property
    def file(self) -> Path:
        return self.directory / "partial"

    @property
    def _origin_file(self) -> Path:
        return self.directory / "partial.json"

    @property
    def size(self) -> int:
        return self.file.stat().st_size if self.file.is_file() else 0

    def validator_for(self, url: str) -> str:
        """What the server called the version of the file; empty where we cannot go on."""
        try:
            origin = json.loads(self._origin_file.read_text(encoding="utf-8"))
            same = self.size and origin["url"] == url
            return str(origin["validator"]) if same else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def begin(self, url: str, validator: str) -> None:
        """Empties it; what comes next is of ``url`` in the version ``validator``."""
        self.drop()
        write_atomically(self._origin_file, json.dumps({"url": url, "validator": validator}))

    def drop(self) -> None:
        with storage_errors("remove", self.file):
            self._origin_file.unlink(missing_ok=True)
            self.file.unlink(missing_ok=True)

    def become(self, final: Path) -> None:
        with storage_errors("create", final):
            self.file.replace(final)
            self._origin_file.unlink(missing_ok=True)

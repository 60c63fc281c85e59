"""Components: directories with JSON meta, a UID and an alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ck_core.domain.meta import Meta
from ck_core.errors import BadComponentError


@dataclass(frozen=True, kw_only=True)
class Component:
    """One component as it lies on disk.

    ``values`` is the content of ``.cm/meta.json`` untouched; ``meta`` reads it typed;
    ``title`` is CK's ``data_name``; ``changed_s`` is when that file was last changed, in seconds
    since 1970.
    """

    repository: str
    kind: str
    alias: str
    uid: str
    path: Path
    values: Mapping[str, Any]
    title: str = ""
    changed_s: float = 0.0

    @property
    def cid(self) -> str:
        return f"{self.kind}:{self.alias}"

    @property
    def full_cid(self) -> str:
        return f"{self.repository}:{self.cid}"

    @property
    def meta_file(self) -> Path:
        return self.path / ".cm" / "meta.json"

    @property
    def meta(self) -> Meta:
        return Meta(self.values, self.meta_file)

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(self.meta.texts("tags"))

    def wrong(self, problem: str) -> BadComponentError:
        """The error for what its meta says; ``problem`` is a sentence's end."""
        file = self.meta_file
        return BadComponentError(f"{file}: {problem}", hint=f"correct {file}")

    def as_json(self) -> dict[str, Any]:
        """What ``--json`` prints of a component."""
        return {
            "repo": self.repository,
            "kind": self.kind,
            "name": self.alias,
            "uid": self.uid,
            "path": str(self.path),
            "title": self.title,
            "tags": sorted(self.tags),
        }

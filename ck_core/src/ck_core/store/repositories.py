"""Repositories: directories of components; the user's own and those shipped in packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.component import Component
from ck_core.errors import BadComponentError
from ck_core.store.components import read_component
from ck_core.system.files import storage_errors


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A directory ``<kind>/<alias>/.cm/meta.json``; ``origin`` says who brought it."""

    alias: str
    path: Path
    origin: str
    writable: bool

    def kinds(self) -> Iterator[str]:
        yield from _visible_directories(self.path)

    def names(self, kind: str) -> Iterator[str]:
        yield from _visible_directories(self.path / kind)

    def read(self, kind: str, name: str) -> Component:
        """Raises BadComponentError where the meta is not what the format says."""
        return read_component(self.alias, kind, self.path / kind / name)

    def components(self, kind: str, problems: list[BadComponentError]) -> Iterator[Component]:
        """All components of a kind; a broken one goes to ``problems``."""
        for name in self.names(kind):
            try:
                yield self.read(kind, name)
            except BadComponentError as problem:
                problems.append(problem)


def _visible_directories(path: Path) -> list[str]:
    if not path.is_dir():
        return []
    with storage_errors("read", path):
        return sorted(p.name for p in path.iterdir() if p.is_dir() and p.name[0] not in "._")

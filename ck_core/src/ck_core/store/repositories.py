"""Repositories: directories of components; the user's own and those shipped in packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ck_core.domain.cid import is_pattern, matches
from ck_core.domain.component import Component
from ck_core.domain.kinds import KIND_OF_UID
from ck_core.domain.names import is_uid
from ck_core.errors import BadComponentError
from ck_core.store.aliases import name_of_uid, uid_of_name
from ck_core.store.components import parse_meta, read_component, read_meta, read_uid
from ck_core.system.files import storage_errors

DESCRIPTION_FILE = ".ckr.json"


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A directory ``<kind>/<alias>/.cm/meta.json``; ``origin`` says who brought it."""

    alias: str
    path: Path
    origin: str
    writable: bool

    @cached_property
    def description(self) -> dict[str, Any]:
        """What ``.ckr.json`` says; empty where there is none of sense."""
        file = str(self.path / DESCRIPTION_FILE)
        try:
            return parse_meta(read_meta(file).text, file)
        except BadComponentError:
            return {}

    @property
    def uid(self) -> str:
        uid = self.description.get("data_uid")
        return uid if isinstance(uid, str) and is_uid(uid) else ""

    @property
    def aliases(self) -> frozenset[str]:
        """What others may call it: CK's ``OWNER@NAME`` may have been cloned as ``NAME``."""
        own = (self.description.get(key) for key in ("data_alias", "data_uoa"))
        return frozenset({self.alias, self.uid, *(text for text in own if isinstance(text, str))})

    def is_meant_by(self, part: str) -> bool:
        """Whether the repository part of a Cid is its alias, its UID, or a pattern for it."""
        return matches(self.alias, part) or (is_uid(part) and self.uid == part)

    def kinds(self) -> Iterator[str]:
        yield from _visible_directories(self.path)

    def kinds_meant_by(self, part: str) -> list[str]:
        """The kinds of a Cid's kind part: a name, a UID or a pattern."""
        if is_uid(part):
            part = name_of_uid(str(self.path), part) or KIND_OF_UID.get(part, part)
        if (self.path / part).is_dir():
            return [part]
        return [kind for kind in self.kinds() if matches(kind, part)] if is_pattern(part) else []

    def names(self, kind: str) -> Iterator[str]:
        yield from _visible_directories(self.path / kind)

    def name_meant_by(self, kind: str, part: str) -> str:
        """The name of the one component that is named so, or has that UID; empty for none."""
        directory = self.path / kind
        if part and (directory / part / ".cm").is_dir():
            return part
        name = name_of_uid(str(directory), part)
        if not name or uid_of_name(str(directory), name) not in {"", part}:
            return ""  # the name has another owner since whose removal was cut short
        return name if (directory / name / ".cm").is_dir() else ""

    def name_noted_with(self, kind: str, uid: str) -> str:
        """Likewise where only ``info.json`` holds the UID: moved by hand, or cut short."""
        directory = self.path / kind
        owners = (name for name in self.names(kind) if read_uid(directory / name, {}) == uid)
        return next(owners, "")

    def read(self, kind: str, name: str) -> Component:
        """Raises BadComponentError where the meta is not what the format says."""
        return read_component(self.alias, kind, self.path / kind / name)

    def read_if_there(self, kind: str, name: str) -> Component | None:
        """None where somebody has taken it away meanwhile; raises as ``read``."""
        try:
            return self.read(kind, name)
        except BadComponentError:
            if not (self.path / kind / name / ".cm").is_dir():
                return None
            return self.read(kind, name)  # another may have come in its place

    def components(self, kind: str, problems: list[BadComponentError]) -> Iterator[Component]:
        """All components of a kind; a broken one goes to ``problems``."""
        for name in self.names(kind):
            try:
                if component := self.read_if_there(kind, name):
                    yield component
            except BadComponentError as problem:
                problems.append(problem)


def _visible_directories(path: Path) -> list[str]:
    if not path.is_dir():
        return []
    with storage_errors("read", path):
        return sorted(p.name for p in path.iterdir() if p.is_dir() and _is_visible(p.name))


def _is_visible(name: str) -> bool:
    return name[0] != "." and name != "__pycache__"

"""The component store: every repository, searched as one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ck_core.domain.cid import Cid, is_pattern, parse_cid
from ck_core.domain.component import Component
from ck_core.domain.merging import merged
from ck_core.domain.names import is_uid
from ck_core.domain.query import Query, holds
from ck_core.errors import BadComponentError, ComponentNotFoundError
from ck_core.store.components import make_component
from ck_core.store.not_found import ambiguous, not_found
from ck_core.store.repositories import Repository
from ck_core.system.files import storage_errors

if TYPE_CHECKING:
    from ck_core.store.index import Index
    from ck_core.store.index_rows import Row

_DEEPEST_BASE = 8


class Store:
    """Repositories in order: the user's own first, so that a copy there wins.

    Args:
        indexes: directory for the search indexes; deleting it loses nothing.
        note: told where a name is in several repositories.
    """

    def __init__(
        self,
        repositories: Sequence[Repository],
        indexes: Path,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.repositories = tuple(repositories)
        self.problems: list[BadComponentError] = []
        self._indexes = indexes
        self._note = note
        self._opened: dict[Path, Index] = {}

    def search(self, query: Query) -> list[Component]:
        """What matches, by repository, kind and name, or newest first.

        A broken component is left out and appended to ``problems``.

        Raises:
            StorageError: a directory cannot be read.
        """
        found = [
            (repository, row)
            for repository, row in self._rows(query)
            if not query.where or holds(json.loads(row.meta), query.where)
        ]
        if query.newest_first:
            found.sort(key=lambda pair: -pair[1].changed_s)
        return [_component(repository, row) for repository, row in found[: query.limit]]

    def names(self, query: Query) -> list[str]:
        """The names alone of what matches, each once; quicker than ``search``."""
        if query.where or query.newest_first:
            return list(dict.fromkeys(component.alias for component in self.search(query)))
        rows = self._rows(replace(query, names_only=True))
        return list(dict.fromkeys(row.name for _, row in rows))[: query.limit]

    def get(self, cid: Cid) -> Component:
        """The one component of that name; the first repository wins.

        Raises:
            ComponentNotFoundError: none, or several names match a pattern.
            BadComponentError: it is there, but broken.
        """
        return self._with_base(self._get_own(cid), depth=0)

    def _get_own(self, cid: Cid) -> Component:
        for repository, kind in [] if is_pattern(cid.kind) else self._kinds(cid):
            name = self._name_in(repository, kind, cid)
            if name and (component := repository.read_if_there(kind, name)):
                self._tell_of_others(component)
                return component
        found = self.search(Query(cid=cid)) if is_pattern(f"{cid.kind}{cid.name}") else []
        names = {component.cid for component in found}
        if len(names) > 1:
            raise ambiguous(cid, names)
        if not found:
            raise not_found(cid, self.repositories)
        return found[0]

    def _tell_of_others(self, component: Component) -> None:
        """A name may be in several repositories: which one it was must not stay a guess."""
        others = [
            one.alias
            for one in self.repositories
            if one.alias != component.repository
            and one.name_meant_by(component.kind, component.alias)
        ]
        if others:
            self._note(
                f"{component.cid} is taken from '{component.repository}'; "
                f"'{others[0]}:{component.cid}' is another"
            )

    def _with_base(self, component: Component, *, depth: int) -> Component:
        """CK's ``_base_entry``: a component whose meta this one's completes."""
        base = component.values.get("_base_entry")
        if not isinstance(base, str):
            return component
        if depth == _DEEPEST_BASE:
            raise BadComponentError(f"{component.meta_file}: '_base_entry' goes in a circle")
        parent = self._with_base(self._get_own(parse_cid(base)), depth=depth + 1)
        return replace(component, values=merged(parent.values, component.values))

    def kinds(self) -> list[str]:
        """Kinds that some repository has a component of."""
        kinds = {kind for repository in self.repositories for kind in repository.kinds()}
        return sorted(kind for kind in kinds if self._has_components(kind))

    def not_found(self, cid: Cid) -> ComponentNotFoundError:
        """The error that says so, with the nearest name there is."""
        return not_found(cid, self.repositories)

    def _rows(self, query: Query) -> Iterator[tuple[Repository, Row]]:
        for repository, kind in self._kinds(query.cid):
            meant = query
            if is_uid(query.cid.name):
                named = replace(query.cid, name=self._name_in(repository, kind, query.cid) or "-")
                meant = replace(query, cid=named)
            with storage_errors("read", repository.path / kind):
                rows = self._index(repository).search(kind, meant)
            for row in rows:
                if row.problem:
                    place = repository.path / kind / row.name
                    hint = f"correct or remove {place}"
                    self.problems.append(BadComponentError(row.problem, hint=hint))
                else:
                    yield repository, row

    def _kinds(self, cid: Cid) -> Iterator[tuple[Repository, str]]:
        for repository in self.repositories:
            if repository.is_meant_by(cid.repository):
                for kind in repository.kinds_meant_by(cid.kind):
                    yield repository, kind

    def _name_in(self, repository: Repository, kind: str, cid: Cid) -> str:
        name = repository.name_meant_by(kind, cid.name)
        if not name and is_uid(cid.name):  # CK keeps alias files; others note it in the meta only
            with storage_errors("read", repository.path / kind):
                found = self._index(repository).names_of_uid(kind, cid.name)
            name = found[0] if found else repository.name_noted_with(kind, cid.name)
        return name

    def _has_components(self, kind: str) -> bool:
        return any(
            (repository.path / kind / name / ".cm").is_dir()
            for repository in self.repositories
            for name in repository.names(kind)
        )

    def _index(self, repository: Repository) -> Index:
        from ck_core.store.index import Index  # noqa: PLC0415  # SQLite; a plain name needs none

        if repository.path not in self._opened:
            self._opened[repository.path] = Index(repository.path, self._index_file(repository))
        return self._opened[repository.path]

    def _index_file(self, repository: Repository) -> Path:
        """One a machine: SQLite does not work across network file systems."""
        identity = f"{os.uname().nodename}\0{repository.path.resolve()}"
        return self._indexes / f"{sha256(identity.encode()).hexdigest()[:24]}.sqlite"


def _component(repository: Repository, row: Row) -> Component:
    path = repository.path / row.kind / row.name
    return make_component(repository.alias, row.kind, path, json.loads(row.meta), row.changed_s)

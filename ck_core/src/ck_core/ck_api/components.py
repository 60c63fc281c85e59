"""CK's actions on components of any kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ck_core.ck_api.request import Request
from ck_core.domain.component import Component
from ck_core.domain.kinds import kind_uid
from ck_core.domain.query import Query
from ck_core.errors import UsageError
from ck_core.store.components import read_info
from ck_core.workspace.repositories import Repositories
from ck_core.workspace.workspace import REPO, Workspace


def search(workspace: Workspace, request: Request) -> dict[str, Any]:
    limit = request.number("limit_size", 0) or None
    query = Query(
        cid=request.cid(),
        tags=frozenset(request.texts("tags")),
        words=tuple(request.text("search_string").split()),
        where=request.mapping("search_dict"),
        newest_first=request.flag("newest"),
        limit=limit,
    )
    add = {key for key in ("add_meta", "add_info") if request.flag(key)}
    uids = {one.alias: one.uid for one in workspace.repositories()}
    found = workspace.find_all(query)
    return {"lst": [described(one, uids.get(one.repository, ""), add) for one in found]}


def load(workspace: Workspace, request: Request) -> dict[str, Any]:
    component = workspace.get(request.one_cid())
    return {
        **_entry(workspace, component),
        "dict": component.values,
        "info": read_info(component.path),
    }


def find(workspace: Workspace, request: Request) -> dict[str, Any]:
    return _entry(workspace, workspace.get(request.one_cid()))


def add(workspace: Workspace, request: Request) -> dict[str, Any]:
    if request.cid().kind == REPO:
        path = Path(request.text("path")) if request.text("path") else None
        return _entry(workspace, Repositories(workspace).add(request.cid().name, path))
    added = workspace.add(
        request.cid(),
        request.mapping("dict"),
        tags=request.texts("tags"),
        uid=request.text("data_uid"),
        title=request.text("data_name"),
    )
    return _entry(workspace, added)


def update(workspace: Workspace, request: Request) -> dict[str, Any]:
    tags = list(request.texts("tags"))
    changes = {**request.mapping("dict"), **({"tags": tags} if tags else {})}
    updated = workspace.update(
        request.cid(), changes, replace_all=request.flag("substitute"), unset=request.texts("unset")
    )
    return _entry(workspace, updated)


def remove(workspace: Workspace, request: Request) -> dict[str, Any]:
    """A pattern needs ``all``, as on the command line."""
    if request.cid().kind == REPO:
        Repositories(workspace).remove(request.cid().name, files=request.flag("files"))
        return {"removed": [str(request.cid())]}
    found = [one for cid in request.all_cids() for one in workspace.get_all(cid)]
    if any(cid.is_pattern for cid in request.all_cids()) and not request.flag("all"):
        raise UsageError(f"this names {len(found)} components", hint="'all': 'yes' means it")
    removed = workspace.remove(*(one.full_cid for one in found))
    return {"removed": [one.cid for one in removed]}


def copy(workspace: Workspace, request: Request) -> dict[str, Any]:
    return _entry(workspace, workspace.copy(request.cid(), request.target()))


def move(workspace: Workspace, request: Request) -> dict[str, Any]:
    return _entry(workspace, workspace.move(request.cid(), request.target()))


def _entry(workspace: Workspace, component: Component) -> dict[str, Any]:
    return described(component, workspace.repository(component.repository).uid, ())


def described(component: Component, repo_uid: str, add: Iterable[str]) -> dict[str, Any]:
    """CK's description of an entry."""
    entry: dict[str, Any] = {
        "repo_uoa": component.repository,
        "repo_uid": repo_uid,
        "module_uoa": component.kind,
        "module_uid": kind_uid(component.kind),
        "data_uoa": component.alias,
        "data_uid": component.uid,
        "path": str(component.path),
    }
    if "add_meta" in add:
        entry["meta"] = component.values
    if "add_info" in add:
        entry["info"] = read_info(component.path)
    return entry


ACTIONS = {
    "search": search,
    "ls": search,
    "list": search,
    "load": load,
    "info": load,
    "find": find,
    "path": find,
    "add": add,
    "update": update,
    "rm": remove,
    "remove": remove,
    "delete": remove,
    "cp": copy,
    "copy": copy,
    "mv": move,
    "move": move,
    "ren": move,
    "rename": move,
}

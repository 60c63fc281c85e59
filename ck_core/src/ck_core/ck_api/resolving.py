"""What a CK input says of dependencies, targets and locks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ck_core.ck_api.request import Request
from ck_core.context import Context
from ck_core.domain.lock import Lock, lock_file_name
from ck_core.domain.options import ResolvePolicy
from ck_core.domain.target import Target, parse_target_name
from ck_core.system.host import host_target
from ck_core.workspace.workspace import Workspace


def wishes_of(request: Request) -> dict[str, str]:
    """Of ``deps``: ``{"compiler": "gcc@12"}``, or CK's ``{"compiler": {"uoa": UID}}``."""
    given = {key: _wish(value) for key, value in request.mapping("deps").items()}
    return {key: wish for key, wish in given.items() if wish}


def wished_tags_of(request: Request) -> dict[str, frozenset[str]]:
    """Of CK's ``dep_add_tags``, or ``dep_tags``: key to a list or a text with commas."""
    both = {**request.mapping("dep_add_tags"), **request.mapping("dep_tags")}
    inner = Request(both)
    return {key: frozenset(inner.texts(key)) for key in both}


def policy_of(request: Request) -> ResolvePolicy:
    return ResolvePolicy(
        installs=not request.flag("no_install"),
        allowed_system=request.flag("yes"),
        lock=lock_of(request),
    )


def lock_of(request: Request) -> Lock | None:
    """What ``lock_file`` holds, or with ``locked`` the one of that name in this directory."""
    file = request.text("lock_file")
    if not file and not request.flag("locked"):
        return None
    from ck_core.store.lock_files import read_lock  # noqa: PLC0415  # only who has a lock pays

    return read_lock(Path(file or lock_file_name(request.cid())))


def context_of(workspace: Workspace, request: Request, lock: Lock | None = None) -> Context:
    """As of ``workspace_for``."""
    return workspace_for(workspace, request, lock).context


def workspace_for(workspace: Workspace, request: Request, lock: Lock | None = None) -> Workspace:
    """The same, or one for the target that is asked for; a lock's holds where none is."""
    target = _target_of(request) or (lock.target if lock else None)
    return Workspace(target=target) if target else workspace


def _target_of(request: Request) -> Target | None:
    """Of ``target``, or CK's ``target_os``, where ``linux-64`` is a machine like this one."""
    name = request.text("target") or request.text("target_os")
    if not name or name in host_target().platform_names:
        return None
    return parse_target_name(name)


def _wish(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("uoa") or value.get("env_uoa") or "")
    return str(value)

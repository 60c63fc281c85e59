"""CK's actions on repositories."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ck_core.ck_api.request import Request
from ck_core.domain.pin import Pin
from ck_core.errors import UsageError
from ck_core.workspace.repositories import Repositories
from ck_core.workspace.workspace import REPO, Workspace


def pull(workspace: Workspace, request: Request) -> dict[str, Any]:
    repositories = Repositories(workspace)
    pin = Pin(branch=request.text("branch"), tag=request.text("tag"), commit=request.text("commit"))
    alias = request.cid().name
    name = "" if alias == "*" else alias
    if url := request.text("url"):
        pulled = repositories.pull_url(url, name, pin)
    else:
        pulled = repositories.pull(name, pin) if name else repositories.pull_all()
    return asdict(pulled)


def pack(workspace: Workspace, request: Request) -> dict[str, Any]:
    alias = _alias(request)
    archive = Path(request.text("archive_name", f"ckr-{alias}.zip")).absolute()
    count = Repositories(workspace).zip(alias, archive)
    return {"archive": str(archive), "files": count}


def unpack(workspace: Workspace, request: Request) -> dict[str, Any]:
    archive = Path(request.text("zip"))
    if not archive.is_file():
        raise UsageError(f"'zip' must name an archive; there is no {archive}")
    added = Repositories(workspace).unzip(_alias(request), archive)
    return {"path": str(added.path), "data_uoa": added.alias, "data_uid": added.uid}


def _alias(request: Request) -> str:
    cid = request.cid()
    if cid.kind != REPO or cid.is_pattern:
        raise UsageError(f"{request.action} works on one repository, not on '{cid}'")
    return cid.name


ACTIONS = {"pull": pull, "zip": pack, "unzip": unpack}

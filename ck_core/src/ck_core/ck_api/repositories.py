"""CK's actions on repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ck_core.ck_api.request import Request
from ck_core.domain.pin import Pin
from ck_core.workspace.repositories import Repositories
from ck_core.workspace.workspace import Workspace


def pull(workspace: Workspace, request: Request) -> dict[str, Any]:
    repositories = Repositories(workspace)
    pin = Pin(branch=request.text("branch"), tag=request.text("tag"), commit=request.text("commit"))
    alias = request.cid().name
    name = "" if alias == "*" else alias
    if url := request.text("url"):
        pulled = repositories.pull_url(url, name, pin)
    else:
        pulled = repositories.pull(name, pin) if name else repositories.pull_all()
    return {"pulled": pulled.done, "missing": pulled.missing}


def pack(workspace: Workspace, request: Request) -> dict[str, Any]:
    alias = request.cid().name
    archive = Path(request.text("archive_name", f"ckr-{alias}.zip")).absolute()
    count = Repositories(workspace).zip(alias, archive)
    return {"archive": str(archive), "files": count}


def unpack(workspace: Workspace, request: Request) -> dict[str, Any]:
    added = Repositories(workspace).unzip(request.cid().name, Path(request.text("zip")))
    return {"path": str(added.path), "data_uoa": added.alias, "data_uid": added.uid}


ACTIONS = {"pull": pull, "zip": pack, "unzip": unpack}

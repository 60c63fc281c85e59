"""CK's actions on env, soft and package."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ck_core.ck_api import components
from ck_core.ck_api.request import Request
from ck_core.ck_api.resolving import policy_of, wished_tags_of, wishes_of, workspace_for
from ck_core.domain.installation import Installation
from ck_core.domain.variables import with_installations
from ck_core.errors import UsageError
from ck_core.store.environments import ENV
from ck_core.workspace.installations import Installations, requirements_of
from ck_core.workspace.refreshing import refresh as refresh_all
from ck_core.workspace.shapes import installation_json, refreshed_json, uninstalled_json
from ck_core.workspace.uninstalling import uninstall as uninstall_all
from ck_core.workspace.workspace import Workspace


def show(workspace: Workspace, request: Request) -> dict[str, Any]:
    """Other kinds are searched."""
    if request.cid().kind != ENV:
        return components.search(workspace, request)
    found = Installations(workspace).registered(request.one_cid(), _tags(request))
    return {
        "lst": [
            {
                **components.described(one.component, workspace.context.local.uid, {"add_meta"}),
                "state": one.state.value,
            }
            for one in found
        ],
        "installations": [installation_json(one.installation) for one in found],
    }


def detect(workspace: Workspace, request: Request) -> dict[str, Any]:
    return _answer(Installations(workspace).detect(request.one_cid(), _tags(request)))


def install(workspace: Workspace, request: Request) -> dict[str, Any]:
    compiler = request.text("compiler")
    installed = Installations(workspace_for(workspace, request)).install(
        request.one_cid(),
        _tags(request),
        wishes={**wishes_of(request), **({"compiler": compiler} if compiler else {})},
        wished_tags=wished_tags_of(request),
        policy=policy_of(request),
    )
    return _answer([installed])


def virtual(workspace: Workspace, request: Request) -> dict[str, Any]:
    """``env`` holds the variables; who wants a command run starts it with them."""
    if request.text("shell_cmd"):
        raise UsageError(
            "'shell_cmd' is for the command line: ckp virtual env", hint="use 'env' of the answer"
        )
    uids = [cid.name for cid in request.all_cids() if cid.name != "*"]
    needs = requirements_of(_tags(request), request.text("tag_groups"))
    if not uids and not needs:
        raise UsageError("virtual needs to know which env", hint="'data_uoa' or 'tags'")
    opened = workspace_for(workspace, request)
    chosen = Installations(opened).choose(uids, needs, policy_of(request))
    return {**_answer(chosen), "env": with_installations({}, chosen)}


def refresh(workspace: Workspace, request: Request) -> dict[str, Any]:
    if request.cid().kind != ENV:
        raise UsageError(f"refresh works on env, not on '{request.cid()}'")
    done = refresh_all(workspace.context, ask_again=request.flag("ask_again"))
    return {"lst": [refreshed_json(one) for one in done]}


def uninstall(workspace: Workspace, request: Request) -> dict[str, Any]:
    removed = uninstall_all(
        request.one_cid(), _tags(request), workspace.context, every=request.flag("all")
    )
    return {"removed": [uninstalled_json(one) for one in removed]}


def _answer(found: Iterable[Installation]) -> dict[str, Any]:
    """CK's users read ``env_data_uoa``, the first or only one."""
    shown = [installation_json(one) for one in found]
    first = {"env_data_uoa": shown[0]["uid"], "env_data_uid": shown[0]["uid"]} if shown else {}
    return {**first, "installations": shown}


def _tags(request: Request) -> frozenset[str]:
    return frozenset(request.texts("tags"))


ACTIONS = {
    "show": show,
    "detect": detect,
    "install": install,
    "virtual": virtual,
    "refresh": refresh,
    "uninstall": uninstall,
}

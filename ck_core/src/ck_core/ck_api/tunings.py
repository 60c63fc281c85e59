"""CK's action ``autotune``: flags and parameters searched, every trial recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ck_core.ck_api.own_options import own_options_of, without_own
from ck_core.ck_api.request import Request
from ck_core.ck_api.resolving import wished_tags_of, wishes_of, workspace_for
from ck_core.domain.variation_text import split_values
from ck_core.errors import UsageError
from ck_core.workspace.given import Given
from ck_core.workspace.workspace import Workspace

if TYPE_CHECKING:
    from ck_core.workspace.tunings import Goal, Tuning

Reader = Callable[[Request, str], object]


def autotune(workspace: Workspace, request: Request) -> dict[str, Any]:
    """With ``resume`` the search that an experiment holds; with ``list`` what could be varied."""
    from ck_core.tuning.tuning_json import (  # noqa: PLC0415  # only who tunes pays
        parameter_json,
        tuning_json,
    )

    workspace = workspace_for(workspace, request)
    own = {} if request.text("resume") else own_options_of(request, workspace.context)
    Given("autotune", without_own(request, own)).check_names(_KNOWN)
    if experiment := request.text("resume"):
        goal = cast("Goal", _values(request, _GOAL))
        outcome = workspace.resume_tuning(experiment, trust=request.flag("trust"), **goal)
        return tuning_json(outcome)
    options = cast("Tuning", {**_values(request, {**_GOAL, **_SEARCH}), "options": own})
    if request.flag("list"):
        found = workspace.tunable(request.one_cid(), **options)
        inexact = request.flag("allow_inexact")
        return {"parameters": [parameter_json(one, allow_inexact=inexact) for one in found]}
    if request.flag("predict"):
        model = request.text("model") or "nearest"
        return tuning_json(workspace.predict_tuning(request.one_cid(), model, **options))
    return tuning_json(workspace.autotune(request.one_cid(), **options))


def _values(request: Request, readers: Mapping[str, tuple[str, Reader]]) -> dict[str, object]:
    """Of the keys that are given, by the names of ``Workspace.autotune``."""
    return {
        name: read(request, key)
        for key, (name, read) in readers.items()
        if request.values.get(key) not in (None, "")
    }


def _whole(request: Request, key: str) -> object:
    return request.number(key, 0)


def _seconds(request: Request, key: str) -> object:
    try:
        return float(request.text(key))
    except ValueError:
        raise UsageError(
            f"'{key}' must be a number of seconds, not {request.text(key)!r}"
        ) from None


def _lists(request: Request, key: str) -> object:
    return {
        str(name): one if isinstance(one, (list, tuple)) else split_values(str(one))
        for name, one in request.mapping(key).items()
    }


def _not(request: Request, key: str) -> object:
    return not request.flag(key)


_GOAL: Mapping[str, tuple[str, Reader]] = {
    "evaluations": ("evaluations", _whole),
    "max_time": ("max_time_s", _seconds),
    "patience": ("patience", _whole),
}
_SEARCH: Mapping[str, tuple[str, Reader]] = {
    "compiler": ("compiler", Request.text),
    "cmd_key": ("command", Request.text),
    "dataset": ("dataset", Request.text),
    "dataset_uoa": ("dataset", Request.text),
    "flags": ("flags", Request.text),
    "env": ("environment", Request.mapping),
    "deps": ("deps", lambda request, _: wishes_of(request)),
    "dep_tags": ("dep_tags", lambda request, _: _tags(request)),
    "dep_add_tags": ("dep_tags", lambda request, _: _tags(request)),
    "no_install": ("install", _not),
    "yes": ("change_system", Request.flag),
    "objective": ("objectives", Request.texts),
    "maximize": ("maximize", Request.texts),
    "constraint": ("constraints", Request.texts),
    "tune": ("groups", Request.texts),
    "param": ("own", _lists),
    "allow_inexact": ("allow_inexact", Request.flag),
    "strategy": ("strategy", Request.text),
    "repeat": ("repetitions", _whole),
    "finals": ("final_repetitions", _whole),
    "no_reduction": ("reduce", _not),
    "from_scratch": ("from_scratch", Request.flag),
    "seed": ("seed", _whole),
    "pin": ("pin", Request.text),
    "launcher": ("launcher", Request.text),
    "launcher_options": ("launcher_options", Request.mapping),
    "jobs": ("jobs", _whole),
    "record_uoa": ("record", Request.text),
}
_OF_CK = ("action", "cid", "cids", "repo_uoa", "module_uoa", "data_uoa", "out", "quiet", "record")
_MODES = ("resume", "trust", "predict", "model", "list", "target", "target_os")
_KNOWN = (*_SEARCH, *_GOAL, *_MODES, *_OF_CK)


def _tags(request: Request) -> dict[str, list[str]]:
    return {key: sorted(tags) for key, tags in wished_tags_of(request).items()}


ACTIONS = {"autotune": autotune}

"""CK's action ``autotune``: flags and parameters searched, every trial recorded."""

from __future__ import annotations

from typing import Any

from ck_core.ck_api.request import Request
from ck_core.domain.tuning.options import DEFAULT_STRATEGY, EVALUATIONS, Budget
from ck_core.domain.variation_text import split_values
from ck_core.workspace.workspace import Workspace


def autotune(workspace: Workspace, request: Request) -> dict[str, Any]:
    """With ``resume`` the search that an experiment holds; else a new one."""
    from ck_core.tuning.tuning_json import tuning_json  # noqa: PLC0415  # only who tunes pays

    if experiment := request.text("resume"):
        return tuning_json(workspace.resume_tuning(experiment))
    seed = request.text("seed")
    own = {str(k): split_values(str(v)) for k, v in request.mapping("param").items()}
    outcome = workspace.autotune(
        request.one_cid(),
        compiler=request.text("compiler"),
        command=request.text("cmd_key"),
        dataset=request.text("dataset_uoa") or request.text("dataset"),
        objectives=request.texts("objective") or (() if request.texts("maximize") else ("wall_s",)),
        maximize=request.texts("maximize"),
        groups=request.texts("tune"),
        own=own,
        strategy=request.text("strategy", DEFAULT_STRATEGY),
        budget=Budget(evaluations=max(1, request.number("evaluations", EVALUATIONS))),
        seed=request.number("seed", 0) if seed else None,
        record=request.text("record_uoa"),
    )
    return tuning_json(outcome)


ACTIONS = {"autotune": autotune}

"""CK's actions on experiments."""

from __future__ import annotations

from itertools import islice
from typing import Any

from ck_core.ck_api import installations
from ck_core.ck_api.request import Request
from ck_core.domain.kinds import kind_uid
from ck_core.domain.point import Point
from ck_core.errors import UsageError
from ck_core.experiments.comparing.comparison_json import answer_json
from ck_core.experiments.comparing.sides import CompareOptions, answers_of
from ck_core.experiments.reading.choosing import chosen
from ck_core.experiments.reading.experiment import Experiment
from ck_core.store.experiments.ck_export import ck_files
from ck_core.store.experiments.experiments import KIND
from ck_core.store.experiments.point_json import point_values
from ck_core.workspace.workspace import Workspace


def show(workspace: Workspace, request: Request) -> dict[str, Any]:
    """The points of one experiment, whole; other kinds as ``installations.show``."""
    cid = request.cid()
    if cid.kind != KIND or cid.is_pattern:
        return installations.show(workspace, request)
    experiment = _experiment(workspace, request)
    return {"points": [point_values(point) for point in _limited(experiment, request)]}


def list_points(workspace: Workspace, request: Request) -> dict[str, Any]:
    """``points`` holds their UIDs."""
    experiment = _experiment(workspace, request)
    uids = [str(row[0]) for row in experiment.select([])]
    return {"points": uids, "path": str(experiment.component.path)}


def load_point(workspace: Workspace, request: Request) -> dict[str, Any]:
    """``dict`` holds what CK's files of the point would: ``flat``, ``features``, ``0001``."""
    experiment = _experiment(workspace, request)
    uid = request.text("point")
    if not uid:
        raise UsageError("load_point needs 'point', a UID", hint="list_points lists them")
    return {"dict": ck_files(experiment.point(uid)), "path": str(experiment.component.path)}


def get(workspace: Workspace, request: Request) -> dict[str, Any]:
    """``points`` holds each with its flat values, by CK's keys; ``limit_size`` bounds them."""
    experiment = _experiment(workspace, request)
    points = [_got(experiment, point) for point in _limited(experiment, request)]
    return {"points": points}


def compare(workspace: Workspace, request: Request) -> dict[str, Any]:
    """``comparisons``: as ``ckp compare --json`` prints them."""
    texts = [request.text("cid"), *request.texts("cids")]
    names = [text for text in texts if text] or [str(request.cid())]
    options = CompareOptions(
        condition=request.text("filter"),
        by=request.text("by"),
        baseline=request.text("baseline"),
        metric=request.text("metric"),
        maximize=request.flag("maximize"),
    )
    found = answers_of(names, options, workspace.context)
    return {"comparisons": [answer_json(one) for one in found]}


def _experiment(workspace: Workspace, request: Request) -> Experiment:
    return chosen(request.one_cid(), request.text("filter"), workspace.context)


def _limited(experiment: Experiment, request: Request) -> list[Point]:
    limit = request.number("limit_size", 0)
    return list(islice(experiment, limit)) if limit > 0 else experiment.points


def _got(experiment: Experiment, point: Point) -> dict[str, Any]:
    component = experiment.component
    files = ck_files(point)
    return {
        "module_uoa": KIND,
        "module_uid": kind_uid(KIND),
        "data_uoa": component.alias,
        "data_uid": component.uid,
        "point_uid": point.uid,
        "features": files["features"],
        "flat": files["flat"],
    }


ACTIONS = {
    "show": show,
    "list_points": list_points,
    "load_point": load_point,
    "get": get,
    "compare": compare,
}

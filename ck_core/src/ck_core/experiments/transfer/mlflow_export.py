"""Points as runs of MLflow, written by its own client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import import_module
from itertools import islice
from math import isfinite
from shlex import quote
from typing import Any

from ck_core.domain.point import Point
from ck_core.errors import CkpError
from ck_core.system.extras import extra

_UID_TAG = "ckp.uid"
_ALLOWED = "MLFLOW_ALLOW_FILE_STORE"
"""Without it versions of today refuse directories, the only place that needs no server."""
_LONGEST_TEXT = 5000
_BATCH = 500
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. /")


def export_to_mlflow(points: Iterable[Point], experiment: str, store: str) -> int:
    """Each point as a run, unless it is there already; says how many were new.

    Choices become parameters, features tags, metrics metrics; each repetition is a step of the
    metric ``NAME.repetition``. A run that was cut short is removed.

    Args:
        store: MLflow's tracking URI; empty: what MLflow itself is set to.

    Raises:
        UsageError: MLflow is not installed.
        CkpError: MLflow refuses.
    """
    with extra("mlflow", "MLflow"):
        mlflow_exception = import_module("mlflow.exceptions").MlflowException
        make_client = import_module("mlflow.tracking").MlflowClient

    try:
        client = make_client(tracking_uri=store or None)
        found = client.get_experiment_by_name(experiment)
        number = found.experiment_id if found else client.create_experiment(experiment)
        known = _known_uids(client, number)
        count = 0
        for point in points:
            if point.uid not in known:
                _write_run(client, number, point)
                count += 1
    except (mlflow_exception, ValueError) as error:  # the latter of its variables
        raise _refused(experiment, store, str(error)) from error
    return count


def _refused(experiment: str, store: str, said: str) -> CkpError:
    """What to type next, as far as MLflow's words tell; a directory needs no server."""
    again = f"{_ALLOWED}=true ckp export experiment:{experiment} --to mlflow -o"
    if _ALLOWED in said:
        where = quote(store or "mlruns")
        return CkpError(
            f"MLflow writes to a directory only where {_ALLOWED} is true", hint=f"{again} {where}"
        )
    if "nsupported URI" in said:
        return CkpError(
            f"this MLflow cannot write to {store or 'a database, which it takes without -o'}",
            hint=f"{again} mlruns, -o http://HOST:5000 for a server's tracking URI; "
            "pip install mlflow brings databases (-o sqlite:///mlflow.db)",
        )
    return CkpError(
        "MLflow does not take the points",
        hint=f"-o names its tracking URI: {again} mlruns writes to a directory",
        details=said[:_LONGEST_TEXT],
    )


def _known_uids(client: Any, experiment: str) -> set[str]:
    found, token = set(), None
    while True:
        page = client.search_runs([experiment], max_results=1000, page_token=token)
        found |= {run.data.tags.get(_UID_TAG, "") for run in page}
        token = page.token
        if not token:
            return found


def _write_run(client: Any, experiment: str, point: Point) -> None:
    kinds = import_module("mlflow.entities")
    began = _milliseconds(point.recorded_at)
    run = client.create_run(experiment, start_time=began, run_name=_run_name(point))
    key = run.info.run_id
    try:
        params = [kinds.Param(_name(name), _text(value)) for name, value in _chosen(point)]
        tags = [kinds.RunTag(_name(name), _text(value)) for name, value in _tags(point)]
        metrics = [kinds.Metric(_name(n), v, began, step) for n, v, step in _metrics(point)]
        for part in _batches(params, 100):
            client.log_batch(key, params=part)
        for part in _batches(tags, 100):
            client.log_batch(key, tags=part)
        for part in _batches(metrics, _BATCH):
            client.log_batch(key, metrics=part)
        client.set_tag(key, _UID_TAG, point.uid)  # last: what has it is whole
        state = "FAILED" if point.failed else "FINISHED"
        client.set_terminated(key, status=state, end_time=began)
    except BaseException:
        client.delete_run(key)
        raise


def _run_name(point: Point) -> str:
    flags = str(point.choices.get("flags", ""))
    words = (point.program.alias, str(point.choices.get("compiler", "")), flags)
    return " ".join(word for word in words if word)[:200]


def _chosen(point: Point) -> Iterator[tuple[str, object]]:
    """What was run counts as one; of what did not build the choice alone knows the dataset."""
    dataset = {"dataset": point.dataset.alias} if point.dataset else {}
    ran = {"program": point.program.alias, "command": point.command, **dataset}
    yield from {**point.choices, **ran}.items()


def _tags(point: Point) -> Iterator[tuple[str, object]]:
    yield from point.features.items()
    heads = {
        "ckp.status": point.status,
        "ckp.stage": point.stage,
        "ckp.error": point.error,
        "ckp.session": point.session,
        "ckp.commit": point.program.source.commit,
        "ckp.emulated_by": point.emulated_by,
        "ckp.replay_of": point.replay_of,
    }
    yield from ((name, text) for name, text in heads.items() if text)
    for one in point.resolved:
        yield f"resolved.{one.key}", f"{one.product} {one.version}"


def _metrics(point: Point) -> Iterator[tuple[str, float, int]]:
    for name, metric in point.metrics.items():
        ends = {"": metric.value, ".low": metric.low, ".high": metric.high}
        for suffix, value in ends.items():
            if value is not None and isfinite(value):
                yield f"{name}{suffix}", float(value), 0
    for name, raw in point.characteristics.items():
        for step, value in enumerate(raw):
            if isfinite(value):
                yield f"{name}.repetition", value, step


def _name(text: str) -> str:
    """What MLflow takes as a key."""
    clean = "".join(letter if letter in _NAME else "_" for letter in text)[:250]
    return clean.strip("/. ") or "_"


def _text(value: object) -> str:
    return str(value)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()


def _milliseconds(recorded_at: str) -> int:
    try:
        moment = datetime.fromisoformat(recorded_at.replace("Z", "+00:00"))
    except ValueError:
        return 0
    return int(moment.timestamp() * 1000)


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part

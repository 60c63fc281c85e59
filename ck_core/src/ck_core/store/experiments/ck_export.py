"""Points as CK's own experiment entries, which its ``experiment`` module reads.

Beside CK's files lies ``ckp-UID.ckp.json`` with the whole point, since CK's hold less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.point import Point
from ck_core.store.editing import NewComponent, add, remove, update
from ck_core.store.experiments.ck_flat import flattened, nested, statistics_of
from ck_core.store.experiments.common_names import in_common, known, names_of
from ck_core.store.experiments.point_json import point_values
from ck_core.store.repositories import Repository
from ck_core.system.files import format_json, write_atomically

TO_CK = {"wall_s": "run.execution_time", "size_bytes": "compile.binary_size"}
"""What CK's own programs call them; every other name goes below ``run``."""


def export_to_ck(points: Iterable[Point], repository: Repository, new: NewComponent) -> Component:
    """A new experiment in CK's form; there is none where an error is raised.

    Raises:
        UsageError: its name is taken, or the repository is read-only.
        StorageError: it cannot be written.
    """
    experiment = add(repository, new)
    try:
        names: dict[str, str] = {}
        count = 0
        for point in points:
            _write_point(experiment.path, point)
            names, count = in_common(names, names_of(point)), count + 1
        own = {"points": str(count), "meta": known(names)}
        return update(experiment, lambda values: {**own, **values})
    except BaseException:
        remove(experiment)
        raise


def _write_point(directory: Path, point: Point) -> None:
    for name, values in ck_files(point).items():  # CK looks for .flat.json, which comes last
        write_atomically(directory / f"ckp-{point.uid}.{name}.json", format_json(values))


def ck_files(point: Point) -> dict[str, dict[str, Any]]:
    """What stands in CK's files of a point, by the middle of their names: ``flat``, ``0001``."""
    named = {
        "features": nested(point.features),
        "choices": nested(point.choices),
        "choices_order": [],
    }
    runs = _characteristics_list(point)
    return {
        "0001": {**named, "characteristics_list": runs},
        "features": {**named, "sub_points": 1, **_origin(point)},
        "features_flat": flattened(named, "#"),
        "deps": {one.key: {"name": one.product, "ver": one.version} for one in point.resolved},
        "ckp": point_values(point),
        "flat": _flat(named, runs, _state(point)),
    }


def _origin(point: Point) -> dict[str, str]:
    """A key of ckp's own, which CK keeps and does not read."""
    return {"replay_of": point.replay_of} if point.replay_of else {}


def _characteristics_list(point: Point) -> list[dict[str, Any]]:
    """One object a repetition; what was found once is in the first."""
    once = {
        ck_name(name): metric.value
        for name, metric in point.metrics.items()
        if name not in point.characteristics and metric.value is not None
    }
    runs: list[dict[str, Any]] = [{} for _ in range(max(1, point.repetitions))]
    runs[0].update({name: one for name, one in once.items() if _is_finite(one)})
    for name, raw in point.characteristics.items():
        for run, value in zip(runs, raw, strict=False):
            if _is_finite(value):
                run[ck_name(name)] = value
    return [nested(run) for run in runs]


def ck_name(name: str) -> str:
    """A metric's name in CK's characteristics, with dots for steps."""
    return TO_CK.get(name, f"run.{name}")


def _state(point: Point) -> dict[str, Any]:
    return {
        "repetitions": point.repetitions,
        "fail": "yes" if point.failed else "no",
        "fail_bool": point.failed,
        "fail_reason": point.error,
    }


def _flat(
    named: Mapping[str, Any], runs: Sequence[dict[str, Any]], state: Mapping[str, Any]
) -> dict[str, Any]:
    values: dict[str, list[Any]] = {}
    for run in runs:
        for key, value in flattened(run, "##characteristics").items():
            values.setdefault(key, []).append(value)
    once = flattened({**named, "pipeline_state": dict(state)}, "#")
    values |= {key: [value] for key, value in once.items()}
    return {k: v for key, all_ in values.items() for k, v in statistics_of(key, all_).items()}


def _is_finite(value: object) -> bool:
    return not isinstance(value, float) or isfinite(value)

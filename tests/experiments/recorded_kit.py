"""Experiments in a home of their own, with points of which the truth is known."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ck_core.analysis.intervals import median_interval
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.store.experiments.appending import append_points
from ck_core.store.experiments.experiments import open_experiment
from ck_core.store.repositories import Repository
from experiments.point_kit import sample

SESSION = "5e5510000000a0a0"


def record(home: Path, alias: str, points: Iterable[Point], title: str = "") -> Path:
    """An experiment in the local repository; the points are added where it is there."""
    path = home / "repos" / "local"
    path.mkdir(parents=True, exist_ok=True)
    local = Repository(alias="local", path=path, origin="yours", writable=True)
    experiment = open_experiment(local, alias, title=title)
    append_points(experiment.path, points)
    return experiment.path


def measured(number: int, wall_s: Iterable[float], session: str = "", **choices: Any) -> Point:
    """A point with these times; the time on a core is nine tenths of them."""
    times = tuple(wall_s)
    interval = median_interval(times)
    wall = Metric(name="wall_s", value=interval.median, low=interval.low, high=interval.high)
    point = sample(number, len(times))
    blocks = tuple(float(at) for at in range(len(times)))
    raw: Mapping[str, tuple[float, ...]] = {
        "wall_s": times,
        "user_s": tuple(one * 0.9 for one in times),
        "cpu_s": tuple(one * 0.95 for one in times),
        "block": blocks,
        "order": blocks,
    }
    own = {name.replace("__", "."): value for name, value in choices.items()}
    return replace(
        point,
        session=session,
        choices={"compiler": "gcc@12.2.0", "flags": "-O2", **own},
        characteristics=raw,
        metrics={**point.metrics, "wall_s": wall, "cpu_s": replace(wall, name="cpu_s")},
    )


def times(factor: float, seed: int, count: int = 20, noise: float = 0.01) -> list[float]:
    chance = random.Random(seed)
    return [0.1 * factor * chance.lognormvariate(0, noise) for _ in range(count)]


def failed(number: int, error: str) -> Point:
    point = sample(number)
    return replace(point, status="failed", stage="run", error=error, metrics={}, characteristics={})

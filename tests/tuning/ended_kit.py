"""Points as a search leaves them: trials, attempts to leave something out, the last runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from experiments.point_kit import sample

TIME = ({"metric": "wall_s", "maximize": False},)
COUNT = 12


def measured(number: int, wall_s: float, size_bytes: int = 16_000) -> Point:
    """Twelve repetitions in blocks of their own, within one per cent of each other."""
    point = sample(number)
    values = tuple(wall_s * (1 + at / 1000) for at in range(COUNT))
    metrics = {
        "wall_s": Metric(name="wall_s", value=wall_s * 1.005, low=values[0], high=values[-1]),
        "size_bytes": Metric(name="size_bytes", value=size_bytes),
    }
    blocks = {name: tuple(map(float, range(COUNT))) for name in ("block", "order")}
    return replace(
        point,
        metrics=metrics,
        characteristics={"wall_s": values, **blocks},
        choices={"compiler": "gcc@12.2.0", "level": "default", "flags": f"-O3 -f{number}"},
    )


def told(
    point: Point, uid: str, objectives: Sequence[dict[str, Any]] = TIME, **values: Any
) -> Point:
    head = {"uid": uid, "strategy": "screening", "objectives": [*objectives]}
    return replace(point, extra={**point.extra, "tuning": {**head, **values}})


def trial(place: int, number: int, wall_s: float, uid: str, failure: str = "") -> Point:
    """``place`` makes its UID, ``number`` is that of the trial."""
    point = replace(measured(place, wall_s), extra={"trial": number})
    return told(point, uid, configuration={}, failure=failure)


def last_runs(
    place: int,
    roles: dict[str, float],
    uid: str,
    objectives: Sequence[dict[str, Any]] = TIME,
    breaks: Sequence[str] = (),
) -> Iterator[Point]:
    """Of one session; ``breaks`` is what the program as it is breaks."""
    for at, (role, wall_s) in enumerate(roles.items()):
        point = replace(
            measured(place + at, wall_s, 16_000 + 1000 * at), session=f"{place:016x}", place=0
        )
        broken = [*breaks] if role == "as it is" else []
        yield told(point, uid, objectives, role=role, configuration={}, breaks=broken)

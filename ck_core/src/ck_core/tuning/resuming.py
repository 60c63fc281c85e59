"""What an earlier run of a search found, so that nothing of it is measured again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ck_core.context import Context
from ck_core.domain.component import Component
from ck_core.domain.lock import Lock
from ck_core.domain.point import Point
from ck_core.domain.program import parse_program
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.domain.tuning.strategy import FAILURES, Trial
from ck_core.errors import UsageError
from ck_core.experiments.replay.rebuilding import lock_of_point
from ck_core.store.experiments.reading import read_points
from ck_core.tuning.memory import Finding
from ck_core.tuning.settings import read_settings, searches_in


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A search that was begun.

    Attributes:
        options: as it was asked for, with the compilers that it was resolved to.
        space: digest of what it varied.
        starts: what it began with.
        findings: by configuration.
        spent_s: of its time budget.
    """

    uid: str
    options: TuningOptions
    findings: Mapping[object, Finding]
    space: str = ""
    starts: tuple[Configuration, ...] = ()
    spent_s: float = 0.0


def earlier_search(experiment: Component, context: Context, uid: str = "") -> Earlier:
    """The search of that UID, else the latest one.

    Raises:
        UsageError: no search was recorded there.
        BadComponentError: how it was asked for cannot be read.
    """
    known = searches_in(experiment.path)
    if not known:
        raise UsageError(
            f"no search was recorded in {experiment.full_cid}",
            hint="ckp autotune program:NAME begins one",
        )
    settings = read_settings(experiment.path, uid or known[-1])
    points = [*_points(experiment, settings.uid, context)]
    findings = [*_findings(points, settings.options)]
    return Earlier(
        uid=settings.uid,
        options=_locked(settings.options, points, context),
        space=settings.space,
        starts=settings.starts,
        findings={key_of(one.trial.configuration): one for one in findings},
        spent_s=max((_number(one, "spent_s") for one in points), default=0.0),
    )


def _points(experiment: Component, uid: str, context: Context) -> Iterator[Point]:
    """Its trials; lines that cannot be read are told of."""
    for point in read_points(experiment.path, lambda one: context.reporter.warn(str(one))):
        if "trial" in point.extra and _told(point).get("uid") == uid:
            yield point


def _findings(points: list[Point], options: TuningOptions) -> Iterator[Finding]:
    """A point that somebody has edited into nonsense is measured again."""
    for point in points:
        trial = _trial(point)
        if trial is not None:
            yield Finding(
                number=int(point.extra["trial"]),
                trial=trial,
                identity=str(_told(point).get("identity", "")),
                point=point.uid,
                values=point.characteristics.get(options.objectives[0].metric, ()),
            )


def trials_of(experiment: Component, uid: str, context: Context) -> list[Trial]:
    """What a search tried, in its order; what cannot be read is left out."""
    return [trial for one in _points(experiment, uid, context) if (trial := _trial(one))]


def _trial(point: Point) -> Trial | None:
    """None where somebody has edited it into nonsense."""
    told = _told(point)
    configuration, costs = told.get("configuration"), told.get("costs")
    failure = told.get("failure", "")
    if not _are_texts(configuration) or not _are_numbers(costs):
        return None
    if failure not in ("", *FAILURES) or (not failure and not costs):
        return None
    return Trial(configuration=configuration or {}, costs=tuple(costs or ()), failure=failure)


def _told(point: Point) -> Mapping[str, Any]:
    told = point.extra.get("tuning")
    return told if isinstance(told, dict) else {}


def _number(point: Point, name: str) -> float:
    found = _told(point).get(name)
    return float(found) if isinstance(found, (int, float)) else 0.0


def _are_texts(values: object) -> bool:
    return isinstance(values, dict) and all(isinstance(one, str) for one in values.values())


def _are_numbers(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(one, (int, float)) for one in values)


def _locked(options: TuningOptions, points: list[Point], context: Context) -> TuningOptions:
    """With exactly what its trials were built with."""
    lock = _lock(options, points, context)
    if lock is None:
        return options
    build = options.run.build
    build = replace(build, policy=replace(build.policy, lock=lock))
    return replace(options, run=replace(options.run, build=build))


def _lock(options: TuningOptions, points: list[Point], context: Context) -> Lock | None:
    resolved = next((one for one in points if one.resolved), None)
    if resolved is None:
        return None
    program = parse_program(context.store.get(options.run.build.program))
    return lock_of_point(resolved, program, context)

"""Words of ``ckp replay`` become the options of a replay."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.options import RecordOptions, ResolvePolicy
from ck_core.errors import UsageError
from ck_core.experiments.replay.replay_points import Selection
from ck_core.experiments.replay.replay_sessions import Pace
from ck_core.experiments.replay.replaying import ReplayOptions
from ck_core.experiments.replay.verdicts import Terms
from ck_core.publishing.units import quantity
from ck_core.store.experiments.experiments import KIND


def replay_options_of(
    experiment: Component,
    *,
    point: tuple[str, ...],
    last: bool,
    tolerance: float,
    metrics: str,
    repeat: int | None,
    precision: float | None,
    max_time: float,
    warmup: int,
    timeout: float,
    record: bool,
    trust: bool,
    no_install: bool,
    yes: bool,
) -> ReplayOptions:
    """Raises UsageError where the choices exclude each other."""
    if repeat and precision:
        raise UsageError("--repeat and --precision exclude each other", hint="give one of them")
    if point and last:
        raise UsageError("--point and --last exclude each other", hint="give one of them")
    where = Cid(KIND, experiment.alias, experiment.repository)
    return ReplayOptions(
        selection=Selection(points=_uids(point), last=last),
        terms=Terms(tolerance=tolerance, metrics=_names(metrics), writer=in_units),
        pace=Pace(
            repetitions=repeat,
            precision=precision,
            max_time_s=max_time,
            warmups=warmup,
            timeout_s=timeout,
        ),
        policy=ResolvePolicy(installs=not no_install, allowed_system=yes),
        trusted=trust,
        record=RecordOptions(experiment=where, command_line=_typed()) if record else None,
    )


def in_units(metric: str, values: Sequence[float]) -> Callable[[float], str]:
    """All in the one unit that fits them, so that they can be compared."""
    return quantity(metric, values).format


def _uids(given: tuple[str, ...]) -> tuple[str, ...]:
    """Raises UsageError where one is missing: nothing is no beginning of a UID."""
    found = tuple(part.strip() for text in given for part in text.split(","))
    if not all(found):
        raise UsageError("--point needs a UID, or how it begins", hint="--point=7fa6,81b0")
    return found


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _typed() -> tuple[str, ...]:
    return ("ckp", *sys.argv[1:])

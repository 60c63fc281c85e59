"""Points that were measured in turn are measured in turn again, so that drift hits all alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ck_core.context import Context
from ck_core.domain.options import BenchmarkOptions
from ck_core.domain.point import Point
from ck_core.experiments.measuring.benchmark import measure_variants
from ck_core.experiments.measuring.measurements import Measurement
from ck_core.experiments.measuring.pinned import pinned_run
from ck_core.experiments.measuring.variants import Variant
from ck_core.experiments.replay.rebuilding import Rebuilding
from ck_core.experiments.replay.recorded_choices import (
    launcher_of,
    launcher_options_of,
    pin_of,
)
from ck_core.experiments.replay.recorded_launcher import Place
from ck_core.system.pinning import ChosenCpus


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long is measured.

    Attributes:
        repetitions: of each point; None as many as were recorded.
        precision: measures until the medians are known so well, whatever was recorded; None
            counts repetitions.
        max_time_s: of one point, with ``precision``.
    """

    repetitions: int | None = None
    precision: float | None = None
    max_time_s: float = 60.0
    warmups: int = 1
    timeout_s: float = 600.0


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A point, and what is run in its place.

    Attributes:
        compiler: the one that will build; empty where nothing is compiled.
        told: a sentence for each thing that is not as it was recorded.
    """

    point: Point
    variant: Variant
    cpus: ChosenCpus
    compiler: str
    told: tuple[str, ...]


def sessions_of(points: Sequence[Point]) -> list[list[Point]]:
    """Those of one session together, in the order of their first; others are alone.

    A session was pinned as a whole; points that say otherwise were put together later.
    """
    found: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        found.setdefault((point.session or point.uid, pin_of(point)), []).append(point)
    return [*found.values()]


def prepared(point: Point, place: Place, found: Rebuilding, pace: Pace) -> Prepared:
    """Raises UsageError where it cannot be pinned as the point says."""
    is_there = place.launcher == launcher_of(point)
    run = replace(
        found.options,
        warmups=pace.warmups,
        timeout_s=pace.timeout_s,
        launcher=place.launcher,
        launcher_options=launcher_options_of(point) if is_there else {},
    )
    run, cpus = pinned_run(run, pin_of(point))
    own = None if pace.repetitions or pace.precision else run.repetitions
    return Prepared(
        point=point,
        variant=Variant(options=run, target=place.target, repetitions=own),
        cpus=cpus,
        compiler=found.compiler,
        told=(*place.told, *found.substitutions),
    )


@dataclass(frozen=True, kw_only=True)
class MeasuredSession:
    """What became of a session.

    Attributes:
        of: by the UID of the recorded point; of all, unless somebody pressed Ctrl-C.
        notes: what is to be said of all.
    """

    of: Mapping[str, Measurement] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    interrupted: bool = False


def measured(session: Sequence[Prepared], pace: Pace, context: Context) -> MeasuredSession:
    """In blocks by the seed that was recorded.

    Raises:
        StorageError: the disk is full.
        KeyboardInterrupt: before anything was measured.
    """
    if not session:
        return MeasuredSession()
    first = session[0]
    options = BenchmarkOptions(
        run=first.variant.options,
        repetitions=pace.repetitions,
        precision=pace.precision or BenchmarkOptions.precision,
        max_time_s=pace.max_time_s,
        seed=first.point.seed,
        calibrated=False,
    )
    outcome = measure_variants([one.variant for one in session], options, context, first.cpus)
    by_place = {one.point.place: one for one in outcome.measurements}
    known = ((one.point.uid, by_place.get(place)) for place, one in enumerate(session))
    return MeasuredSession(
        of={uid: one for uid, one in known if one},
        notes=outcome.notes,
        interrupted=outcome.interrupted,
    )

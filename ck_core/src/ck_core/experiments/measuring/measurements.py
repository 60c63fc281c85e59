"""What a benchmark found out, variant by variant."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from ck_core.analysis.point_comparison import Compared, compare_points
from ck_core.analysis.stopping import Stop
from ck_core.domain.component import Component
from ck_core.domain.outcome import RunOutcome
from ck_core.domain.point import Point
from ck_core.domain.point_names import work_of
from ck_core.errors import CkpError
from ck_core.experiments.measuring.series import Series


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One variant.

    Attributes:
        outcome: None where nothing was measured.
        error: what it failed of.
        stop: why no more was measured; None where it failed or was interrupted.
        baseline: UID of the first sound point of the same program, command and dataset: that of
            this one where it is the first, and empty where none is sound.
        compared: beside the baseline; None for that one, for what failed, and for what ran under
            another emulator.
    """

    point: Point
    outcome: RunOutcome | None
    error: CkpError | None
    stop: Stop | None
    baseline: str = ""
    compared: Compared | None = None

    @property
    def is_baseline(self) -> bool:
        return self.baseline == self.point.uid


@dataclass(frozen=True, kw_only=True)
class BenchmarkOutcome:
    """All variants, in the order they were asked for.

    Attributes:
        session: what their points have in common.
        metric: the time that decided.
        notes: for people, about all of them.
        experiment: where they were recorded; None where they were not.
        interrupted: somebody pressed Ctrl-C; variants of which nothing was measured are left out.
        problem: what ended it early but Ctrl-C, or why a point could not be recorded; what was
            measured is here all the same.
    """

    session: str
    seed: int
    metric: str
    measurements: tuple[Measurement, ...]
    notes: tuple[str, ...] = ()
    experiment: Component | None = None
    interrupted: bool = False
    problem: CkpError | None = None

    @property
    def failure(self) -> CkpError | None:
        """The problem, else the error of the first variant that failed."""
        return self.problem or next((one.error for one in self.measurements if one.error), None)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What variants of this session read or do differently: ``dataset``, ``command``.

        Only those that have them in common are compared.
        """
        works = [work_of(one.point) for one in self.measurements]
        commands, datasets = ({work[at] for work in works} for at in (1, 2))
        found = {"command": commands, "dataset": datasets}
        return tuple(name for name, values in found.items() if len(values) > 1)


def _are_comparable(point: Point, first: Point) -> bool:
    """No time under an emulator says anything about one without."""
    return not point.failed and point.emulated_by == first.emulated_by


def measurements(known: Sequence[tuple[Series, Point]], metric: str) -> Iterator[Measurement]:
    """Of each series with its point; compared with the first sound one of the same input."""
    baselines: dict[Hashable, Point] = {}
    for _, point in known:
        if not point.failed:
            baselines.setdefault(work_of(point), point)
    for series, point in known:
        first, compared = baselines.get(work_of(point)), None
        if first and point is not first and _are_comparable(point, first):
            compared = compare_points(point, first, metric)
        yield Measurement(
            point=point,
            outcome=series.outcome(),
            error=series.error,
            stop=series.stop,
            baseline=first.uid if first else "",
            compared=compared,
        )

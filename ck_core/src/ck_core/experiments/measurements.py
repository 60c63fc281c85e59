"""What a benchmark found out, variant by variant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ck_core.analysis.point_comparison import Compared, compare_points
from ck_core.analysis.stopping import Stop
from ck_core.domain.component import Component
from ck_core.domain.outcome import RunOutcome
from ck_core.domain.point import Point
from ck_core.errors import CkpError
from ck_core.experiments.series import Series

METRIC = "wall_s"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One variant.

    Attributes:
        outcome: None where nothing was measured.
        error: what it failed of.
        stop: why no more was measured; None where it failed or was interrupted.
        compared: beside the first variant that is sound; None for that one, for what failed, and
            for what ran under another emulator.
    """

    point: Point
    outcome: RunOutcome | None
    error: CkpError | None
    stop: Stop | None
    compared: Compared | None = None


@dataclass(frozen=True, kw_only=True)
class BenchmarkOutcome:
    """All variants, in the order they were asked for.

    Attributes:
        session: what their points have in common.
        notes: for people, about all of them.
        experiment: where they were recorded; None where they were not.
        interrupted: somebody pressed Ctrl-C; variants of which nothing was measured are left out.
    """

    session: str
    seed: int
    measurements: tuple[Measurement, ...]
    notes: tuple[str, ...] = ()
    experiment: Component | None = None
    interrupted: bool = False

    @property
    def failure(self) -> CkpError | None:
        """Of the first variant that failed."""
        return next((one.error for one in self.measurements if one.error), None)


def _are_comparable(point: Point, first: Point) -> bool:
    """No time under an emulator says anything about one without."""
    return point.status == "ok" and point.emulated_by == first.emulated_by


def measurements(known: Sequence[tuple[Series, Point]]) -> Iterator[Measurement]:
    """Of each series with its point; compared with the first that is sound."""
    first = next((point for _, point in known if point.status == "ok"), None)
    for series, point in known:
        compared = None
        if first and point is not first and _are_comparable(point, first):
            compared = compare_points(point, first, METRIC)
        yield Measurement(
            point=point,
            outcome=series.outcome(),
            error=series.error,
            stop=series.stop,
            compared=compared,
        )

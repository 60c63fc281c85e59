"""What a report is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite

from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.publishing.charts.values import is_drawable
from ck_core.publishing.naming import names_of

MAIN_METRIC = "wall_s"


@dataclass(frozen=True, kw_only=True)
class Material:
    """An experiment, read.

    Attributes:
        experiment: its cid, as commands take it.
        made_at, ckp: when and by which ckp the report is made.
        metric: what the pictures show; empty: time, or the first number there is.
        maximize: metrics of which more is better.
        objectives: the two metrics of the Pareto picture.
        baseline: UID of the point that the others are set beside; empty: none is wished for.
        outliers: UID of a point to index of a repetition to its likely cause.
        troubles: lines of the experiment that could not be read.
        remarks: sentences that each picture has to say.
        labels: UID of a point to its name, where its choices are not to name it.
    """

    experiment: str
    title: str
    points: Sequence[Point]
    made_at: str
    ckp: str
    metric: str = ""
    maximize: frozenset[str] = frozenset()
    objectives: tuple[str, str] = ("wall_s", "size_bytes")
    baseline: str = ""
    outliers: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    troubles: Sequence[Trouble] = ()
    remarks: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {**names_of(self.points), **self.labels}

    @cached_property
    def good(self) -> list[Point]:
        """Points that count: those that did not fail."""
        return [point for point in self.points if not point.failed]

    @cached_property
    def main_metric(self) -> str:
        if self.metric:
            return self.metric
        names = dict.fromkeys(
            name for point in self.good for name in point.metrics if number(point, name) is not None
        )
        return MAIN_METRIC if MAIN_METRIC in names else next(iter(names), MAIN_METRIC)

    @cached_property
    def ranked(self) -> list[Point]:
        """Points with a number for the main metric, the best first."""
        known = [
            (value, at)
            for at, point in enumerate(self.good)
            if (value := number(point, self.main_metric)) is not None
        ]
        sign = -1 if self.main_metric in self.maximize else 1
        return [self.good[at] for _, at in sorted(known, key=lambda one: (sign * one[0], one[1]))]


def number(point: Point, metric: str) -> float | None:
    """A metric's value where it is a number that can be drawn."""
    value = written_number(point, metric)
    return value if is_drawable(value) else None


def written_number(point: Point, metric: str) -> float | None:
    """A metric's value where it is a number at all: a table can hold what no axis can."""
    value = point.metrics[metric].value if metric in point.metrics else None
    if value is None or isinstance(value, bool) or not isfinite(value):
        return None
    return value


def is_beyond(point: Point, metric: str) -> bool:
    """Whether its metric is measured and cannot be drawn: no number, or one too large."""
    value = point.metrics[metric].value if metric in point.metrics else None
    return value is not None and not isinstance(value, bool) and not is_drawable(value)

"""Points of one program on more and more workers, as a table of scaling."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from ck_core.analysis.comparison import Scale
from ck_core.analysis.intervals import CONFIDENCE
from ck_core.analysis.point_comparison import compare_points
from ck_core.analysis.scaling import ONE, Range, Scaled, Scaling, scaled
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.point_names import work_of

TASKS, THREADS, OPENMP = "launcher.tasks", "launcher.threads", "env.OMP_NUM_THREADS"
"""Choices that say how many workers there are."""
_COUNT = re.compile(r"([0-9]{1,9})(\.0*)?")


@dataclass(frozen=True, kw_only=True)
class ScalingRow:
    """One point.

    Attributes:
        series: number of the line of a picture that it belongs to: what alone differs in such a
            line is how many workers there are.
        base: UID of the point it is compared with: that of the fewest workers; empty where
            none of them is sound.
        scaled: None where it cannot be compared.
        sure: the interval holds what is true with 95 %; else it is the range of few values.
    """

    point: Point
    tasks: int
    threads: int
    series: int
    base: str = ""
    scaled: Scaled | None = None
    sure: bool = True

    @property
    def workers(self) -> int:
        return self.tasks * self.threads

    @property
    def is_base(self) -> bool:
        return self.base == self.point.uid


@dataclass(frozen=True, kw_only=True)
class ScalingTable:
    """Rows by series, then number of workers.

    Attributes:
        of_workers: names of the choices that say how many there are.
    """

    scaling: Scaling
    metric: str
    rows: tuple[ScalingRow, ...]
    of_workers: frozenset[str] = frozenset({TASKS, THREADS, OPENMP})

    def workers_of(self, row: ScalingRow) -> int:
        """By which it is compared: in weak scaling it is tasks that bring work with them."""
        return row.tasks if self.scaling is Scaling.WEAK else row.workers

    def time_of(self, row: ScalingRow) -> Metric | None:
        """None of what failed."""
        return None if row.point.failed else row.point.metrics.get(self.metric)


def scaling_table(
    points: Sequence[Point], metric: str, scaling: Scaling, threads_choice: str = OPENMP
) -> ScalingTable:
    """Each point beside that of the fewest workers which does the same work.

    Points that differ in anything but workers are compared among themselves. With weak scaling
    so are those of one number of threads: threads bring no work with them.

    Args:
        threads_choice: that of a program's own option, where it sets ``OMP_NUM_THREADS``.
    """
    table = ScalingTable(
        scaling=scaling,
        metric=metric,
        rows=(),
        of_workers=frozenset({TASKS, THREADS, OPENMP, threads_choice}),
    )
    found = _numbered(points, table, threads_choice)
    rows = sorted(found, key=lambda one: (one.series, one.workers, one.tasks))
    table = replace(table, rows=tuple(rows))
    bases = dict(_bases(table))
    return replace(
        table, rows=tuple(_beside(row, bases.get(_work(row, table)), table) for row in rows)
    )


def _numbered(
    points: Sequence[Point], table: ScalingTable, threads_choice: str
) -> Iterator[ScalingRow]:
    series: dict[Hashable, int] = {}
    names = dict.fromkeys((THREADS, threads_choice, OPENMP))
    only_threads = all(_number(point, TASKS) == 1 for point in points)
    for point in points:
        tasks, threads = _number(point, TASKS), _number(point, *names)
        line = _others(point, table), 0 if only_threads else threads
        yield ScalingRow(
            point=point, tasks=tasks, threads=threads, series=series.setdefault(line, len(series))
        )


def _number(point: Point, *names: str) -> int:
    """Of the first choice that is there; 1 where none is, or it is no number of workers."""
    found = str(next((point.choices[name] for name in names if name in point.choices), 1))
    match = _COUNT.fullmatch(found)
    return max(1, int(match[1])) if match else 1


def _others(point: Point, table: ScalingTable) -> Hashable:
    """What else was chosen."""
    chosen = {name: one for name, one in point.choices.items() if name not in table.of_workers}
    return work_of(point), frozenset(chosen.items())


def _work(row: ScalingRow, table: ScalingTable) -> Hashable:
    threads = row.threads if table.scaling is Scaling.WEAK else 0
    return _others(row.point, table), threads


def _bases(table: ScalingTable) -> Iterator[tuple[Hashable, ScalingRow]]:
    """Of each work the sound row with the fewest workers, and of these the fewest tasks."""
    found: dict[Hashable, ScalingRow] = {}
    for row in sorted(table.rows, key=lambda one: (table.workers_of(one), one.tasks)):
        if not row.point.failed:
            found.setdefault(_work(row, table), row)
    yield from found.items()


def _beside(row: ScalingRow, base: ScalingRow | None, table: ScalingTable) -> ScalingRow:
    if base is None or row.point.failed:
        return replace(row, base=base.point.uid if base else "")
    row = replace(row, base=base.point.uid)
    growth = table.workers_of(row) / table.workers_of(base)
    if row.is_base:
        return replace(row, scaled=scaled(ONE, growth, table.scaling))
    effect = compare_points(row.point, base.point, table.metric).comparison.effect
    if effect is None or effect.scale is not Scale.RATIO:
        return row
    ratio = Range(value=effect.estimate, low=effect.low, high=effect.high)
    sure = effect.coverage >= CONFIDENCE
    return replace(row, scaled=scaled(ratio, growth, table.scaling), sure=sure)

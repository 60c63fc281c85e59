"""Repetitions that lie apart, with what may have caused it. None is ever dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ck_core.analysis.causes import likely_causes, series_of
from ck_core.analysis.robust import scores
from ck_core.analysis.shape import Drift, Levels, find_drift, find_levels
from ck_core.domain.run import Repetition

THRESHOLD = 5.0
_FEWEST = 5
_NOTABLE = 0.005
_MOST_EXPLAINED = 20
"""More sentences nobody reads, and each cause is looked for among all repetitions."""


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """One repetition apart from the others.

    Attributes:
        index: from 0, in the order measured.
        ratio: its wall time over the median.
        causes: sentences with numbers; empty where the counters show nothing.
    """

    index: int
    wall_s: float
    ratio: float
    causes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        why = "; ".join(self.causes) or "nothing that was counted explains it"
        return (
            f"repetition {self.index + 1} took {self.wall_s:.4g} s, "
            f"{self.ratio:.3g} times the median: {why}"
        )


@dataclass(frozen=True, kw_only=True)
class Noise:
    """All that is unusual about a series of repetitions.

    Attributes:
        outliers: the furthest from the median, twenty at most, in the order measured.
        others: indices of further outliers, whose causes were not looked for.
    """

    outliers: tuple[Outlier, ...]
    others: tuple[int, ...]
    drift: Drift | None
    levels: Levels | None

    @property
    def sentences(self) -> tuple[str, ...]:
        found = [one.sentence for one in self.outliers]
        if self.others:
            found.append(
                f"{len(self.others)} more repetitions lie apart from the median, less far than "
                f"these {len(self.outliers)}"
            )
        if self.drift:
            found.append(_drift_sentence(self.drift))
        if self.levels:
            found.append(_levels_sentence(self.levels))
        return tuple(found)


def examine(
    repetitions: Sequence[Repetition], *, frequencies_hz: Sequence[float | None] = ()
) -> Noise:
    """Outliers of the wall time, a trend, two levels.

    An outlier is five robust deviations from the median or more (see `robust.scores`) and 0.5 %
    of it or more, among five repetitions at the least. Where there are two levels or a trend,
    values at their ends are these, and no outliers unless they lie five deviations apart.
    Complexity: O(n log n).
    """
    wall = [one.wall_s for one in repetitions]
    found = find_outliers(wall)
    explained = _furthest(found, wall)
    series = series_of(repetitions, frequencies_hz)
    return Noise(
        outliers=tuple(
            Outlier(
                index=index,
                wall_s=wall[index],
                ratio=wall[index] / series.usual_wall_s,
                causes=likely_causes(index, series),
            )
            for index in explained
        ),
        others=tuple(index for index in found if index not in explained),
        drift=find_drift(wall),
        levels=find_levels(wall),
    )


def find_outliers(values: Sequence[float]) -> tuple[int, ...]:
    """Which values lie apart (from 0, in their order). Complexity: O(n log n)."""
    if len(values) < _FEWEST:
        return ()
    middle = median(values)
    least = _NOTABLE * abs(middle)
    return tuple(
        index
        for index, score in enumerate(scores(values))
        if abs(score) >= THRESHOLD and abs(values[index] - middle) >= least > 0
    )


def _furthest(found: Sequence[int], values: Sequence[float]) -> list[int]:
    """As many as are explained, in their order."""
    if len(found) <= _MOST_EXPLAINED:
        return list(found)
    judged = scores(values)
    return sorted(sorted(found, key=lambda index: -abs(judged[index]))[:_MOST_EXPLAINED])


def _drift_sentence(drift: Drift) -> str:
    verb = "rise" if drift.change > 0 else "fall"
    return (
        f"times {verb} by {abs(drift.change):.2%} from the first third to the last "
        f"(Kendall's tau {drift.tau:.2f}, p = {drift.p_value:.2g}): does the machine heat up, "
        "or another load change?"
    )


def _levels_sentence(levels: Levels) -> str:
    return (
        f"times lie on two levels, {levels.lower:.4g} s and {levels.upper:.4g} s "
        f"({levels.in_upper} of {levels.count} on the upper one, {levels.distance:.1f} "
        "deviations apart): a core or a clock of two kinds, or a placement in memory?"
    )

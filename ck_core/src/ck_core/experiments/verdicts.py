"""What can be said of each metric of a point that was measured again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from ck_core.analysis.environment_diff import Difference, Likelihood, differences
from ck_core.analysis.reproduction import (
    EXACT_METRICS,
    TOLERANCE,
    Judgement,
    Reproduction,
    judge,
)
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.point_names import unknown_names
from ck_core.errors import UsageError
from ck_core.experiments.circumstances import Circumstances
from ck_core.experiments.interference import interference

_SHOWN_ONLY = ("user_s", "system_s", "peak_memory_bytes", "_switches", "_faults")
"""Ends of metrics that scatter by nature; they do not decide unless somebody asks for them."""
_MEASURED_TIMES = ("wall_s", "user_s", "system_s")
_CORRECT = "correct"
_WALL = "wall_s"
_SEVERITY = (Reproduction.CHANGED, Reproduction.CANNOT_TELL, Reproduction.REPRODUCED)


@dataclass(frozen=True, kw_only=True)
class MetricVerdict:
    """One metric.

    Attributes:
        counts: it has a say in whether the point is reproduced.
        causes: what may explain a change, the likeliest first; empty where nothing changed.
    """

    judgement: Judgement
    counts: bool
    causes: tuple[Difference, ...] = ()

    @property
    def metric(self) -> str:
        return self.judgement.metric

    @property
    def verdict(self) -> Reproduction:
        return self.judgement.verdict


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How strictly is judged. ``metrics`` are those that decide; empty: the usual ones."""

    tolerance: float = TOLERANCE
    metrics: tuple[str, ...] = field(default=())


USUAL = Terms()


def metric_verdicts(
    recorded: Point, replayed: Point, around: Circumstances, terms: Terms = USUAL
) -> tuple[MetricVerdict, ...]:
    """Of every metric that was recorded, those that decide first."""
    found = [
        _verdict(name, recorded, replayed, around, terms)
        for name, metric in recorded.metrics.items()
        if metric.value is not None
    ]
    return tuple(sorted(found, key=lambda one: not one.counts))


def overall(verdicts: Iterable[Reproduction]) -> Reproduction:
    """One change is a change; of nothing, nothing can be told."""
    found = set(verdicts)
    return next((one for one in _SEVERITY if one in found), Reproduction.CANNOT_TELL)


def check_names(points: Sequence[Point], terms: Terms) -> None:
    """Raises UsageError where no point has a metric that is to decide."""
    known = {name for point in points for name in point.metrics}
    for name in terms.metrics:
        if name not in known:
            near = unknown_names([name], known).get(name, "")
            suggestion = f"did you mean {near}? " if near else ""
            raise UsageError(
                f"no point to replay has a metric '{name}'",
                hint=f"{suggestion}there are {', '.join(sorted(known)) or 'none'}",
            )


def _verdict(
    name: str, recorded: Point, replayed: Point, around: Circumstances, terms: Terms
) -> MetricVerdict:
    judgement = _judged(name, recorded, replayed, terms.tolerance)
    return MetricVerdict(
        judgement=judgement,
        counts=_counts(name, replayed, terms),
        causes=tuple(_causes(name, around)) if judgement.verdict is Reproduction.CHANGED else (),
    )


def _counts(name: str, replayed: Point, terms: Terms) -> bool:
    if terms.metrics:
        return name in terms.metrics
    return name == _CORRECT or (name in replayed.metrics and not name.endswith(_SHOWN_ONLY))


def _judged(name: str, recorded: Point, replayed: Point, tolerance: float) -> Judgement:
    if name not in replayed.metrics or replayed.metrics[name].value is None:
        return _cannot_tell(name, f"not measured this time{_detail(replayed.metrics.get(name))}")
    if recorded.emulated_by != replayed.emulated_by and name.endswith(_MEASURED_TIMES):
        return _cannot_tell(name, "times under an emulator compare with those of the same only")
    before, after = values_of(recorded, name), values_of(replayed, name)
    if _is_flag(name, recorded, replayed):
        return _flag(name, bool(before[0]), bool(after[0]))
    if len(before) == len(after) == 1 and name not in EXACT_METRICS:
        return _single(name, before[0], after[0])
    found = judge(name, before, after, tolerance=tolerance)
    if name == _WALL and found.verdict is Reproduction.CHANGED:
        return _undisturbed(found, recorded, replayed)
    return found


def _undisturbed(found: Judgement, recorded: Point, replayed: Point) -> Judgement:
    """A change that other processes made is none of the program's."""
    disturbed = interference(recorded, replayed)
    if not disturbed:
        return found
    reason = f"{found.reason}; {disturbed}"
    return replace(found, verdict=Reproduction.CANNOT_TELL, reason=reason)


def values_of(point: Point, name: str) -> list[float]:
    """Every repetition's, without those that are no numbers; else the one value there is."""
    value = point.metrics[name].value
    raw = [one for one in point.characteristics.get(name, ()) if isfinite(one)]
    return raw or ([] if value is None else [float(value)])


def _is_flag(name: str, recorded: Point, replayed: Point) -> bool:
    return all(isinstance(one.metrics[name].value, bool) for one in (recorded, replayed))


def _flag(name: str, before: bool, after: bool) -> Judgement:  # noqa: FBT001  # two values beside each other
    """Whole points are judged by it: one repetition that says no makes the whole so."""
    words = {True: "yes", False: "no"}
    if before == after:
        reason = f"{words[after]}, both times"
        return Judgement(metric=name, verdict=Reproduction.REPRODUCED, reason=reason)
    reason = f"{words[before]} became {words[after]}"
    return Judgement(metric=name, verdict=Reproduction.CHANGED, reason=reason)


def _single(name: str, before: float, after: float) -> Judgement:
    """One value each: equal is equal, but of a difference nothing says whether it is noise."""
    if before == after:
        return Judgement(
            metric=name, verdict=Reproduction.REPRODUCED, reason=f"equal: {before:.6g}"
        )
    return _cannot_tell(name, f"{before:.6g} became {after:.6g}, with one value each")


def _cannot_tell(name: str, reason: str) -> Judgement:
    return Judgement(metric=name, verdict=Reproduction.CANNOT_TELL, reason=reason)


def _detail(metric: Metric | None) -> str:
    return f": {metric.detail}" if metric and metric.detail else ""


def _causes(name: str, around: Circumstances) -> Iterator[Difference]:
    for one in differences(around.before, around.after, metric=name):
        if one.likelihood is not Likelihood.IMPOSSIBLE:
            yield one

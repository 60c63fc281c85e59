"""What can be said of each metric of a point that was measured again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from ck_core.analysis.emulation_rule import are_comparable
from ck_core.analysis.environment_diff import Difference, Likelihood, differences
from ck_core.analysis.reproduction import (
    EXACT_METRICS,
    TOLERANCE,
    Judgement,
    Reproduction,
    Shown,
    judge,
)
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.point_names import unknown_names
from ck_core.errors import UsageError
from ck_core.experiments.replay.circumstances import Circumstances
from ck_core.experiments.replay.interference import interference

_SHOWN_ONLY = ("cpu_s", "user_s", "system_s", "peak_memory_bytes", "_switches", "_faults")
"""Ends of metrics that scatter by nature; they do not decide unless somebody asks for them."""
_CORRECT = "correct"
_WALL = "wall_s"
_SEVERITY = (Reproduction.CHANGED, Reproduction.CANNOT_TELL, Reproduction.REPRODUCED)


@dataclass(frozen=True, kw_only=True)
class MetricVerdict:
    """One metric.

    Attributes:
        counts: it has a say in whether the point is reproduced.
        causes: what may explain a change, the likeliest first; empty where nothing changed.
        disturbed: it would have changed, but others had the core meanwhile.
    """

    judgement: Judgement
    counts: bool
    causes: tuple[Difference, ...] = ()
    disturbed: bool = False

    @property
    def metric(self) -> str:
        return self.judgement.metric

    @property
    def verdict(self) -> Reproduction:
        return self.judgement.verdict


Writer = Callable[[str, Sequence[float]], Shown]


def _plainly(_metric: str, _values: Sequence[float]) -> Shown:
    return "{:.4g}".format


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How strictly is judged, and how it is told.

    Attributes:
        metrics: those that decide; empty: the usual ones.
        writer: for a metric and its values, what writes one of them.
    """

    tolerance: float = TOLERANCE
    metrics: tuple[str, ...] = field(default=())
    writer: Writer = _plainly


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
    judgement = _judged(name, recorded, replayed, terms)
    changed = judgement.verdict is Reproduction.CHANGED
    disturbance = interference(recorded, replayed) if changed and name == _WALL else ""
    return MetricVerdict(
        judgement=_left_open(judgement, disturbance) if disturbance else judgement,
        counts=_counts(name, replayed, terms),
        causes=tuple(_causes(name, around)) if changed and not disturbance else (),
        disturbed=bool(disturbance),
    )


def _counts(name: str, replayed: Point, terms: Terms) -> bool:
    if terms.metrics:
        return name in terms.metrics
    return name == _CORRECT or (name in replayed.metrics and not name.endswith(_SHOWN_ONLY))


def _judged(name: str, recorded: Point, replayed: Point, terms: Terms) -> Judgement:
    if name not in replayed.metrics or replayed.metrics[name].value is None:
        return _cannot_tell(name, f"not measured this time{_detail(replayed.metrics.get(name))}")
    if not are_comparable(recorded, replayed, name):
        return _cannot_tell(name, "what an emulator gives compares with what the same gives only")
    before, after = values_of(recorded, name), values_of(replayed, name)
    if _is_flag(name, recorded, replayed):
        return _flag(name, bool(before[0]), bool(after[0]))
    shown = terms.writer(name, (*before, *after))
    if len(before) == len(after) == 1 and name not in EXACT_METRICS:
        return _single(name, before[0], after[0], shown)
    return judge(name, before, after, tolerance=terms.tolerance, shown=shown)


def _left_open(found: Judgement, disturbance: str) -> Judgement:
    """A change that other processes made is none of the program's."""
    reason = f"{found.reason}; {disturbance}"
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


def _single(name: str, before: float, after: float, shown: Shown) -> Judgement:
    """One value each: equal is equal, but of a difference nothing says whether it is noise."""
    if before == after:
        reason = f"equal: {shown(before)}"
        return Judgement(metric=name, verdict=Reproduction.REPRODUCED, reason=reason)
    return _cannot_tell(name, f"{shown(before)} became {shown(after)}, with one value each")


def _cannot_tell(name: str, reason: str) -> Judgement:
    return Judgement(metric=name, verdict=Reproduction.CANNOT_TELL, reason=reason)


def _detail(metric: Metric | None) -> str:
    return f": {metric.detail}" if metric and metric.detail else ""


def _causes(name: str, around: Circumstances) -> Iterator[Difference]:
    for one in differences(around.before, around.after, metric=name):
        if one.likelihood is not Likelihood.IMPOSSIBLE:
            yield one

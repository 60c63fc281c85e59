"""Which pictures a report shows of an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from ck_core.analysis.comparison import Scale, compare
from ck_core.analysis.pareto import Objective, interval_frontier
from ck_core.analysis.point_comparison import compare_points
from ck_core.domain.point import Point
from ck_core.publishing.charts.comparison import comparison
from ck_core.publishing.charts.convergence import convergence
from ck_core.publishing.charts.distribution import distribution, in_run_order
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.charts.pareto import pareto
from ck_core.publishing.charts.speedup import speedup
from ck_core.publishing.charts.values import Axis, Candidate, Estimate, Sample
from ck_core.publishing.naming import choices_text
from ck_core.publishing.report.material import Material, number
from ck_core.publishing.report.noise import causes

_MOST_VARIANTS = 40
_FEW_POINTS = 3


def pictures_of(material: Material) -> list[Specification]:
    """Those that have something to show, the most important first."""
    return [
        *bars(material),
        *speedups(material),
        *frontier(material),
        *tuning(material),
        *repetitions(material),
    ]


def _shown(material: Material) -> list[Point]:
    """The best variants, and the baseline."""
    best = material.ranked[:_MOST_VARIANTS]
    rest = material.ranked[_MOST_VARIANTS:]
    return [*best, *(point for point in rest if point.uid == material.baseline)]


def _left_out(material: Material) -> list[str]:
    notes = []
    if len(material.ranked) > _MOST_VARIANTS:
        notes.append(f"The {_MOST_VARIANTS} best of {len(material.ranked):,}.")
    failed = len(material.points) - len(material.good)
    if failed:
        notes.append(f"{failed:,} failed and {'is' if failed == 1 else 'are'} not drawn.")
    return notes


def estimate(point: Point, metric: str, name: str) -> Estimate | None:
    """A metric of a point as it is drawn; None where it is no number."""
    value = number(point, metric)
    if value is None:
        return None
    low, high = point.metrics[metric].low, point.metrics[metric].high
    known = low is not None and high is not None and isfinite(low) and isfinite(high)
    return Estimate(
        name=name,
        value=value,
        low=low if known else None,
        high=high if known else None,
        details=choices_text(point),
    )


def _estimates(points: Sequence[Point], material: Material) -> list[Estimate]:
    found = (estimate(one, material.main_metric, material.names[one.uid]) for one in points)
    return [one for one in found if one is not None]


def bars(material: Material) -> Iterator[Specification]:
    if not material.ranked:
        return
    yield comparison(
        _estimates(_shown(material), material),
        material.main_metric,
        baseline=material.names.get(material.baseline) if len(material.ranked) > 1 else None,
        maximize=material.main_metric in material.maximize,
        notes=_left_out(material),
    )


def speedups(material: Material) -> Iterator[Specification]:
    base = next((one for one in material.ranked if one.uid == material.baseline), None)
    if base is None or material.main_metric in material.maximize or len(material.ranked) == 1:
        return
    ratios = [_ratio(point, base, material) for point in _shown(material) if point is not base]
    known = [one for one in ratios if one is not None]
    if known:
        yield speedup(known, material.names[base.uid], notes=_left_out(material))


def _ratio(point: Point, base: Point, material: Material) -> Estimate | None:
    metric = material.main_metric
    if point.characteristics.get(metric) and base.characteristics.get(metric):
        effect = compare_points(point, base, metric).comparison.effect
    else:
        effect = compare(_values(point, metric), _values(base, metric)).effect
    if effect is None or effect.scale is not Scale.RATIO or not isfinite(effect.estimate):
        return None
    return Estimate(
        name=material.names[point.uid],
        value=effect.estimate,
        low=effect.low,
        high=effect.high,
        details=choices_text(point),
    )


def _values(point: Point, metric: str) -> tuple[float, ...]:
    """The raw values, or the one value there is."""
    value = number(point, metric)
    return point.characteristics.get(metric) or (() if value is None else (value,))


def frontier(material: Material) -> Iterator[Specification]:
    first, second = material.objectives
    pairs = [_candidate(point, material) for point in material.good]
    candidates = [one for one in pairs if one is not None]
    if len(candidates) < _FEW_POINTS or len({one.y.value for one in candidates}) == 1:
        return
    kept = interval_frontier(
        [(_interval(one.x), _interval(one.y)) for one in candidates],
        [
            Objective(column=0, maximize=first in material.maximize),
            Objective(column=1, maximize=second in material.maximize),
        ],
    ).kept
    on_it = frozenset(kept)
    yield pareto(
        [Candidate(x=one.x, y=one.y, kept=at in on_it) for at, one in enumerate(candidates)],
        Axis(metric=first, maximize=first in material.maximize),
        Axis(metric=second, maximize=second in material.maximize),
    )


def _candidate(point: Point, material: Material) -> Candidate | None:
    name = material.names[point.uid]
    x, y = (estimate(point, metric, name) for metric in material.objectives)
    return None if x is None or y is None else Candidate(x=x, y=y)


def _interval(one: Estimate) -> tuple[float, float]:
    low = one.value if one.low is None else one.low
    high = one.value if one.high is None else one.high
    return low, high


def tuning(material: Material) -> Iterator[Specification]:
    """Trial by trial, and the best so far."""
    if material.trials:
        yield convergence(
            material.trials,
            material.main_metric,
            maximize=material.main_metric in material.maximize,
        )


def repetitions(material: Material) -> Iterator[Specification]:
    if found := samples_of(material):
        yield distribution(found, material.main_metric, notes=_left_out(material))


def run_orders(material: Material) -> Iterator[Specification]:
    """Only in which order the repetitions ran, and how far each was from its median."""
    if found := samples_of(material):
        yield in_run_order(found, material.main_metric, notes=_left_out(material))


def samples_of(material: Material) -> list[Sample]:
    """The repetitions of the variants that are drawn; none where there was only one."""
    metric = material.main_metric
    return [
        Sample(
            name=material.names[point.uid],
            values=point.characteristics[metric],
            order=point.characteristics.get("order", ()),
            outliers=material.outliers.get(point.uid) or causes(point, metric),
        )
        for point in _shown(material)
        if len(point.characteristics.get(metric, ())) > 1
    ]

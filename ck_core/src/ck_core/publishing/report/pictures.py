"""Which pictures a report shows of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ck_core.analysis.pareto import Objective, interval_frontier
from ck_core.domain.point import Point
from ck_core.publishing.charts.comparison import comparison
from ck_core.publishing.charts.convergence import convergence
from ck_core.publishing.charts.distribution import distribution, in_run_order
from ck_core.publishing.charts.layout import Specification, headed, plural
from ck_core.publishing.charts.pareto import pareto
from ck_core.publishing.charts.speedup import speedup
from ck_core.publishing.charts.values import Axis, Candidate, Estimate, is_drawable
from ck_core.publishing.naming import choices_text
from ck_core.publishing.report.material import Material, is_beyond, number
from ck_core.publishing.report.parts import comparable, drawn_parts
from ck_core.publishing.report.ratios import ratio, share
from ck_core.publishing.report.samples import samples_of
from ck_core.publishing.report.scalings import scalings
from ck_core.publishing.report.searches import ending, frontier_runs, last_runs
from ck_core.publishing.report.trials import compared_with, trials_of

_MOST_VARIANTS = 40
_FEW_POINTS = 3
Drawing = Callable[[Material], Iterator[Specification]]
"""From points of the same work to the picture, or to none where there is nothing to show."""


def pictures_of(material: Material) -> list[Specification]:
    """Those that have something to show, part by part, the most important first."""
    return [
        headed(picture, heading=part.heading)
        for part in drawn_parts(material)
        for picture in _pictures(part.material)
    ]


def _pictures(material: Material) -> Iterator[Specification]:
    """Of a search its last runs: among its trials the luckiest would be the best."""
    found = ending(material)
    if found is None:
        for draw in (bars, scalings, speedups, frontier, tuning, repetitions):
            yield from draw(material)
        return
    last = last_runs(material, found)
    yield from bars(last)
    yield from tuning(material)
    yield from repetitions(last)
    yield from frontier(material)


def _shown(material: Material) -> list[Point]:
    """The best variants, and the baseline."""
    best = material.ranked[:_MOST_VARIANTS]
    rest = material.ranked[_MOST_VARIANTS:]
    return [*best, *(point for point in rest if point.uid == material.baseline)]


def _left_out(material: Material) -> list[str]:
    notes = [*material.remarks]
    if len(material.ranked) > _MOST_VARIANTS:
        notes.append(f"The {_MOST_VARIANTS} best of {len(material.ranked):,}.")
    failed = len(material.points) - len(material.good)
    if failed:
        notes.append(f"{failed:,} failed and {'is' if failed == 1 else 'are'} not drawn.")
    beyond = sum(is_beyond(point, material.main_metric) for point in material.good)
    if beyond:
        notes.append(f"Left out: {plural(beyond, 'point')} without a number that can be drawn.")
    return notes


def estimate(point: Point, metric: str, name: str) -> Estimate | None:
    """A metric of a point as it is drawn; None where it is no number."""
    value = number(point, metric)
    if value is None:
        return None
    low, high = point.metrics[metric].low, point.metrics[metric].high
    known = is_drawable(low) and is_drawable(high)
    return Estimate(
        name=name,
        value=value,
        low=low if known else None,
        high=high if known else None,
        details=choices_text(point),
    )


def bars(material: Material) -> Iterator[Specification]:
    material = comparable(material, [material.main_metric])
    if not material.ranked:
        return
    base = _base(material)
    yield comparison(
        [one for point in _shown(material) if (one := _bar(point, base, material))],
        material.main_metric,
        baseline=material.names[base.uid] if base else None,
        maximize=material.main_metric in material.maximize,
        notes=_left_out(material),
    )


def _base(material: Material) -> Point | None:
    """The baseline, where something stands beside it."""
    if len(material.ranked) < 2:
        return None
    return next((one for one in material.ranked if one.uid == material.baseline), None)


def _bar(point: Point, base: Point | None, material: Material) -> Estimate | None:
    """The change as the repetitions tell it: the ratio of the medians knows no pairs."""
    found = estimate(point, material.main_metric, material.names[point.uid])
    if found is None or base is None or point is base:
        return found
    return replace(found, share=share(point, base, material))


def speedups(material: Material) -> Iterator[Specification]:
    material = comparable(material, [material.main_metric])
    base = _base(material)
    if base is None or material.main_metric in material.maximize:
        return
    ratios = [ratio(point, base, material) for point in _shown(material) if point is not base]
    known = [one for one in ratios if one is not None]
    if known:
        yield speedup(known, material.names[base.uid], notes=_left_out(material))


def frontier(material: Material) -> Iterator[Specification]:
    material = comparable(frontier_runs(material), material.objectives)
    pairs = [_candidate(point, material) for point in material.good]
    candidates = [one for one in pairs if one is not None]
    differing = [{one.x.value for one in candidates}, {one.y.value for one in candidates}]
    if len(candidates) < _FEW_POINTS or min(map(len, differing)) < 2:
        return
    axes = [Axis(metric=name, maximize=name in material.maximize) for name in material.objectives]
    kept = _kept(candidates, axes)
    yield pareto(
        [replace(one, kept=at in kept) for at, one in enumerate(candidates)],
        axes[0],
        axes[1],
        notes=_left_out(material),
    )


def _kept(candidates: Sequence[Candidate], axes: Sequence[Axis]) -> frozenset[int]:
    found = interval_frontier(
        [(_interval(one.x), _interval(one.y)) for one in candidates],
        [Objective(column=at, maximize=axis.maximize) for at, axis in enumerate(axes)],
    )
    return frozenset(found.kept)


def _candidate(point: Point, material: Material) -> Candidate | None:
    name = material.names[point.uid]
    x, y = (estimate(point, metric, name) for metric in material.objectives)
    return None if x is None or y is None else Candidate(x=x, y=y)


def _interval(one: Estimate) -> tuple[float, float]:
    low = one.value if one.low is None else one.low
    high = one.value if one.high is None else one.high
    return low, high


def tuning(material: Material) -> Iterator[Specification]:
    """Trial by trial, and the best so far; only of points that came from a tuning."""
    material = comparable(material, [material.main_metric])
    if trials := trials_of(material):
        yield convergence(
            trials,
            material.main_metric,
            references=compared_with(material),
            maximize=material.main_metric in material.maximize,
            notes=material.remarks,
        )


def repetitions(material: Material) -> Iterator[Specification]:
    material = comparable(material, [material.main_metric])
    if found := samples_of(_shown(material), material):
        yield distribution(found, material.main_metric, notes=_left_out(material))


def run_orders(material: Material) -> Iterator[Specification]:
    """Only in which order the repetitions ran, and how far each was from its median."""
    material = comparable(material, [material.main_metric])
    if found := samples_of(_shown(material), material):
        yield in_run_order(found, material.main_metric, notes=_left_out(material))

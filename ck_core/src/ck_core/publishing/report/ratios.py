"""Recorded points over a baseline, as ``ckp benchmark`` and ``ckp compare`` set them beside it."""

from __future__ import annotations

from ck_core.analysis.comparison import Comparison, Scale, Verdict, compare
from ck_core.analysis.intervals import CONFIDENCE
from ck_core.analysis.point_comparison import compare_points
from ck_core.domain.point import Point
from ck_core.publishing.charts.values import Ratio, is_drawable
from ck_core.publishing.naming import choices_text
from ck_core.publishing.report.material import Material, number

_ROUNDING = 1e-9


def ratio(point: Point, base: Point, material: Material) -> Ratio | None:
    """How many times better; None where nothing can be told. In pairs of one session's blocks."""
    name = material.main_metric
    maximize = name in material.maximize
    if point.characteristics.get(name) and base.characteristics.get(name):
        found = compare_points(point, base, name, maximize=maximize)
        compared, count = found.comparison, min(len(found.a), len(found.b))
    else:
        compared, count = _of_single_values(point, base, name, maximize=maximize), 1
    effect = compared.effect
    if effect is None or effect.scale is not Scale.RATIO or not is_drawable(effect.estimate):
        return None
    return Ratio(
        name=material.names[point.uid],
        value=effect.estimate,
        low=effect.low,
        high=effect.high,
        details=choices_text(point),
        verdict=compared.verdict,
        doubt=_doubt(compared, count),
    )


def share(point: Point, base: Point, material: Material) -> float | None:
    """The point's value as a share of the baseline's, by the same comparison."""
    found = ratio(point, base, material)
    if found is None:
        return None
    return found.value if material.main_metric in material.maximize else 1 / found.value


def _of_single_values(point: Point, base: Point, name: str, *, maximize: bool) -> Comparison:
    values = [[value] if (value := number(one, name)) is not None else [] for one in (point, base)]
    first, second = reversed(values) if maximize else values
    return compare(first, second)


def _doubt(compared: Comparison, count: int) -> str:
    """Why nothing was decided, where it is not the noise alone."""
    if compared.verdict is not Verdict.UNDECIDED or compared.effect is None:
        return ""
    if compared.effect.coverage >= CONFIDENCE - _ROUNDING:
        return ""
    return "too few values" if count < compared.needed else "values follow each other"

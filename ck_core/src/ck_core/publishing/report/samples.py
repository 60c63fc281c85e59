"""The repetitions of recorded points, as pictures draw them."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.domain.point import Point
from ck_core.publishing.charts.values import Sample
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.noise import causes


def samples_of(points: Sequence[Point], material: Material) -> list[Sample]:
    """Of those that have several; in the order of the points."""
    metric = material.main_metric
    return [
        Sample(
            name=material.names[point.uid],
            values=point.characteristics[metric],
            order=point.characteristics.get("order", ()),
            outliers=material.outliers.get(point.uid) or causes(point, metric),
        )
        for point in points
        if len(point.characteristics.get(metric, ())) > 1
    ]

"""What points were measured with: ckp, plugins, and how often and how exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isfinite

from ck_core.domain.point import Point
from ck_core.domain.units import rounded
from ck_core.publishing.report.facts import Fact, value_fact
from ck_core.publishing.report.material import Material
from ck_core.publishing.texts import plain


def makers(material: Material) -> list[Fact]:
    points = material.points
    plugins = Counter(
        f"{name} ({release})" for point in points for name, release in point.plugins.items()
    )
    return [
        value_fact("measured by ckp", (point.ckp for point in points)),
        Fact(name="plugins", value=", ".join(map(plain, plugins))),
        _repetitions(material),
        _calibration(points),
        _precision(material),
        value_fact("random seed", ("" if one.seed is None else one.seed for one in points)),
        value_fact("recorded on", (point.recorded_at[:10] for point in points)),
    ]


def _repetitions(material: Material) -> Fact:
    name = material.main_metric
    counts = [len(point.characteristics.get(name, ())) for point in material.good]
    return value_fact("repetitions", (count for count in counts if count))


def _calibration(points: Sequence[Point]) -> Fact:
    """How often a run repeats its work, which calibration chooses where the program lets it."""
    return value_fact(
        "work repeated in a run", (point.choices.get("repeat", "") for point in points)
    )


def _precision(material: Material) -> Fact:
    """Half of the interval's width as a share of the value, of the best and the worst point."""
    name = material.main_metric
    found = [one for point in material.good if (one := _half_width(point, name)) is not None]
    if not found:
        return Fact(name="precision reached", value="")
    ends = dict.fromkeys(f"±{rounded(one * 100, 2)} %" for one in (min(found), max(found)))
    return Fact(
        name="precision reached",
        value=" to ".join(ends),
        small=f"half of the 95 % interval of {plain(name)}, as a share of the median",
    )


def _half_width(point: Point, name: str) -> float | None:
    metric = point.metrics.get(name)
    if metric is None or not metric.value or metric.low is None or metric.high is None:
        return None
    share = (metric.high - metric.low) / 2 / abs(metric.value)
    return share if isfinite(share) else None

"""Points on more and more workers, as what the picture of scaling draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ck_core.analysis.scaling import Scaling
from ck_core.analysis.scaling_table import ScalingRow, ScalingTable, scaling_table
from ck_core.domain.point import Point
from ck_core.publishing.about import about
from ck_core.publishing.charts.layout import Specification, headed, plural
from ck_core.publishing.charts.scaling import ScalingPoint, scaling
from ck_core.publishing.naming import chosen, varied_choices
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.parts import comparable

MOST_LINES = 6
"""So many colours can be told apart."""
_GROWING = "scaling"
"""A program's own option whose value ``weak`` gives more tasks more work."""
_MEASURED_SO = "repeat"
_SPEAK_FOR_THEMSELVES = frozenset({"compiler", "flags", "dataset"})


_HERE = frozenset({"local", "mpirun"})
"""Launchers that have this machine alone."""
_USABLE = ("usable_threads", "host.usable_threads")


def scalings(material: Material) -> Iterator[Specification]:
    """Where a report has points on several numbers of workers, and little else that differs."""
    material = comparable(material, [material.main_metric])
    if material.main_metric in material.maximize:
        return
    for kind in Scaling:
        points = [one for one in material.good if _kind_of(one) is kind]
        table = scaling_table(points, material.main_metric, kind)
        lines = {one.series for one in table.rows}
        if len(lines) <= MOST_LINES and any(_has_grown(one) for one in table.rows):
            yield _drawn(table, series_names(table), material.remarks)


def _kind_of(point: Point) -> Scaling:
    is_weak = point.choices.get(_GROWING) == Scaling.WEAK.value
    return Scaling.WEAK if is_weak else Scaling.STRONG


def _has_grown(row: ScalingRow) -> bool:
    return row.scaled is not None and row.scaled.growth > 1


def picture_of(table: ScalingTable) -> Specification:
    """A picture of its own."""
    picture = _drawn(table, series_names(table))
    return headed(picture, about=about([one.point for one in table.rows]))


def series_names(table: ScalingTable) -> dict[int, str]:
    """Of each series what was chosen besides workers, as far as it differs; may be empty."""
    points = [one.point for one in table.rows]
    of_workers = {*table.of_workers, _MEASURED_SO}
    varied = [one for one in varied_choices(points) if one not in of_workers]
    return {row.series: _name(row.point, varied) for row in table.rows}


def _name(point: Point, varied: Sequence[str]) -> str:
    given = chosen(point)
    told = {name: given[name] for name in varied if given.get(name, "") != ""}
    return " ".join(
        str(value) if name in _SPEAK_FOR_THEMSELVES else f"{name.rpartition('.')[2]}={value}"
        for name, value in told.items()
    )


def _drawn(
    table: ScalingTable, names: dict[int, str], remarks: Sequence[str] = ()
) -> Specification:
    drawn = [*_points(table, names)]
    notes = [*_notes(table), *remarks]
    return scaling(drawn, table.scaling, _worker(table), notes=notes)


def _points(table: ScalingTable, names: dict[int, str]) -> Iterator[ScalingPoint]:
    for row in table.rows:
        if row.scaled:
            yield ScalingPoint(
                line=_line(row, table, names[row.series]),
                workers=table.workers_of(row),
                growth=row.scaled.growth,
                speedup=row.scaled.speedup,
                efficiency=row.scaled.efficiency,
                serial=f"{row.scaled.serial.value:.3g}" if row.scaled.serial else "",
            )


def _line(row: ScalingRow, table: ScalingTable, name: str) -> str:
    several = len({one.threads for one in table.rows}) > 1 and not _only_threads(table)
    threads = f"{plural(row.threads, 'thread')} each" if several else ""
    return " ".join(filter(None, (name, threads))) or table.metric


def _only_threads(table: ScalingTable) -> bool:
    return {one.tasks for one in table.rows} == {1}


def _worker(table: ScalingTable) -> str:
    if table.scaling is Scaling.WEAK or all(one.threads == 1 for one in table.rows):
        return "task"
    return "thread" if _only_threads(table) else "CPU"


def _notes(table: ScalingTable) -> Iterator[str]:
    if any(not one.sure for one in table.rows):
        yield "Of too few repetitions they are ranges, and no 95 % intervals."
    yield from (f"{one[:1].upper()}{one[1:]}." for one in crowded(table))
    failed = sum(one.point.failed for one in table.rows)
    if failed:
        yield f"{failed} failed and {'is' if failed == 1 else 'are'} not drawn."


def crowded(table: ScalingTable) -> Iterator[str]:
    """A sentence where there are more workers than CPUs: that is no scaling."""
    here = [one for one in table.rows if one.point.features.get("launcher") in _HERE]
    features = here[0].point.features if here else {}
    usable = next((features[name] for name in _USABLE if name in features), 0)
    most = max((one.workers for one in here), default=0)
    if isinstance(usable, int) and 0 < usable < most:
        cpus = plural(usable, "CPU")
        yield f"the machine has {cpus}: with more workers than that times say nothing of scaling"

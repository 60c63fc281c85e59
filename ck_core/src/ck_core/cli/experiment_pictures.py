"""Pictures and reports of experiments: ckp plot, ckp report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from ck_core import __version__
from ck_core.cli.console import ConsoleReporter
from ck_core.cli.experiment_options import opened
from ck_core.domain.cid import Cid
from ck_core.domain.point import Point
from ck_core.errors import UsageError
from ck_core.experiments.choosing import baseline_of, points_of
from ck_core.experiments.experiment import Experiment
from ck_core.publishing.charts.values import Trial
from ck_core.publishing.naming import names_of
from ck_core.publishing.report.material import Material, number

_MOST_POINTS = 20_000


@dataclass(frozen=True, kw_only=True)
class PictureOptions:
    """What is shown; ``maximize`` names metrics of which more is better."""

    output: Path
    condition: str = ""
    baseline: str = ""
    metric: str = ""
    maximize: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    title: str = ""


def draw(cid: Cid, kind: str, options: PictureOptions) -> None:
    """Raises UsageError where there is nothing to draw, StorageError where it cannot be written."""
    from ck_core.publishing.plots import picture_of  # noqa: PLC0415  # who draws pays
    from ck_core.publishing.rendering import render  # noqa: PLC0415  # as above

    material = _material(cid, options, needs_baseline=kind == "speedup")
    if kind == "convergence":
        material = replace(material, trials=_trials_of(material))
    render(picture_of(kind, material), options.output)
    ConsoleReporter().note(f"the picture is {options.output}")


def report(cid: Cid, options: PictureOptions) -> None:
    """Raises as ``draw``."""
    from ck_core.publishing.report.writing import write_report  # noqa: PLC0415  # as above

    if options.output.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(
            f"a report is a page of HTML, not '{options.output.name}'", hint="-o report.html"
        )
    write_report(_material(cid, options, needs_baseline=False), options.output)
    ConsoleReporter().note(f"the report is {options.output}")


def _material(cid: Cid, options: PictureOptions, *, needs_baseline: bool) -> Material:
    experiment = opened(cid, options.condition)
    _check_names(experiment, options)
    points = _newest(experiment)
    baseline = baseline_of(experiment, points, options.baseline)
    if baseline is None and (needs_baseline or _are_variants(points)):
        baseline = next((point for point in points if point.status == "ok"), None)
    return Material(
        experiment=experiment.cid,
        title=options.title or experiment.title,
        points=points,
        made_at=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        ckp=__version__,
        metric=options.metric,
        maximize=frozenset(options.maximize),
        objectives=_objectives(options),
        baseline=baseline.uid if baseline else "",
        troubles=experiment.troubles(),
    )


def _check_names(experiment: Experiment, options: PictureOptions) -> None:
    wanted = [*options.maximize, *options.objectives, *filter(None, [options.metric])]
    experiment.check_names([f"metrics.{name}" for name in wanted])


def _newest(experiment: Experiment) -> list[Point]:
    count = len(experiment)
    if count <= _MOST_POINTS:
        return points_of(experiment)
    ConsoleReporter().warn(
        f"{count:,} points: the newest {_MOST_POINTS:,} are taken; --filter chooses others"
    )
    return experiment.newest(_MOST_POINTS)


def _objectives(options: PictureOptions) -> tuple[str, str]:
    found = options.objectives or ("wall_s", "size_bytes")
    if len(found) != 2:
        raise UsageError("a Pareto picture has two objectives", hint="--objectives a,b")
    return found[0], found[1]


def _are_variants(points: Sequence[Point]) -> bool:
    """Whether all did the same work, so that the first can stand for what it was."""
    work = {(p.program.cid, p.command, p.dataset.cid if p.dataset else "") for p in points}
    return len(points) > 1 and len(work) == 1


def _trials_of(material: Material) -> list[Trial]:
    """Every point as one try, in the order they were recorded."""
    names = names_of(material.points)
    return [
        Trial(
            name=names[point.uid],
            value=number(point, material.main_metric) if point.status == "ok" else None,
            failure=point.error or point.stage,
        )
        for point in material.points
    ]

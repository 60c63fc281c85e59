"""Pictures and reports of experiments: ckp plot, ckp report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from ck_core import __version__
from ck_core.cli.console import ConsoleReporter
from ck_core.cli.experiment_options import opened
from ck_core.domain.cid import Cid
from ck_core.domain.point import Point
from ck_core.domain.point_order import as_asked
from ck_core.errors import UsageError
from ck_core.experiments.reading.choosing import baseline_of, points_of
from ck_core.experiments.reading.experiment import Experiment
from ck_core.publishing.report.material import Material
from ck_core.system.user_files import STANDARD_OUTPUT, is_standard_output

_MOST_POINTS = 20_000


@dataclass(frozen=True, kw_only=True)
class PictureOptions:
    """What is shown; ``maximize`` names metrics of which more is better.

    Without ``output`` the file is named after the experiment.
    """

    output: Path | None = None
    condition: str = ""
    baseline: str = ""
    metric: str = ""
    maximize: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    title: str = ""


def draw(cid: Cid, kind: str, options: PictureOptions) -> None:
    """Raises UsageError where there is nothing to draw, StorageError where it cannot be written."""
    from ck_core.publishing.plots import pictures_of_kind  # noqa: PLC0415  # who draws pays
    from ck_core.publishing.rendering import render_all  # noqa: PLC0415  # as above

    experiment = opened(cid, options.condition)
    output = options.output or Path(f"{experiment.name}-{kind}.png")
    render_all(pictures_of_kind(kind, _material(experiment, options)), output)
    _tell("picture", output)


def report(cid: Cid, options: PictureOptions) -> None:
    """Raises as ``draw``."""
    from ck_core.publishing.report.writing import write_report  # noqa: PLC0415  # as above

    experiment = opened(cid, options.condition)
    output = options.output or Path(f"{experiment.name}.html")
    is_named = str(output) != STANDARD_OUTPUT
    if is_named and output.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(
            f"a report is a page of HTML, not '{output.name}'",
            hint="-o report.html; -o - prints it",
        )
    write_report(_material(experiment, options), output)
    _tell("report", output)


def _tell(what: str, output: Path) -> None:
    if not is_standard_output(output):
        ConsoleReporter().note(f"the {what} is {output}")


def _material(experiment: Experiment, options: PictureOptions) -> Material:
    _check_names(experiment, options)
    points = _newest(experiment)
    baseline = baseline_of(experiment, points, options.baseline)
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
    experiment.check_metrics(wanted)


def _newest(experiment: Experiment) -> list[Point]:
    count = len(experiment)
    if count <= _MOST_POINTS:
        return points_of(experiment)
    ConsoleReporter().warn(
        f"{count:,} points: the newest {_MOST_POINTS:,} are taken; --filter chooses others"
    )
    return as_asked(experiment.newest(_MOST_POINTS))


def _objectives(options: PictureOptions) -> tuple[str, str]:
    found = options.objectives or ("wall_s", "size_bytes")
    if len(found) != 2:
        raise UsageError("a Pareto picture has two objectives", hint="--objectives a,b")
    return found[0], found[1]

"""Experiments to and from elsewhere: ckp export, ckp import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from ck_core.cli.console import ConsoleReporter, print_json, printable
from ck_core.cli.experiment_options import opened
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.point import Point
from ck_core.experiments.choosing import points_of
from ck_core.experiments.experiment import KIND, Experiment, experiment_cid, repository_for
from ck_core.experiments.exporting import check_file_kind, write_points


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """What is written, and where; ``to`` is one of ``FILE_KINDS``, ``mlflow`` or ``ck``."""

    to: str
    output: str = ""
    condition: str = ""
    as_json: bool = False


def export(cid: Cid, options: ExportOptions) -> None:
    """Raises UsageError for places that do not fit the format, StorageError as files do."""
    experiment = opened(cid, options.condition)
    points = points_of(experiment)
    if options.to == "mlflow":
        place, count = _to_mlflow(experiment, points, options)
    elif options.to == "ck":
        place, count = _to_ck(experiment, points, options), len(points)
    else:
        place, count = _to_file(experiment, points, options), len(points)
    if options.as_json:
        print_json({"experiment": experiment.cid, "points": count, "to": place})
    else:
        click.echo(printable(f"{count:,} points to {place}"))


def _to_file(experiment: Experiment, points: list[Point], options: ExportOptions) -> str:
    path = Path(options.output or f"{experiment.name}.{options.to}")
    check_file_kind(options.to, path)
    write_points(options.to, points, path, experiment=experiment.cid)
    return str(path)


def _to_mlflow(
    experiment: Experiment, points: list[Point], options: ExportOptions
) -> tuple[str, int]:
    from ck_core.experiments.mlflow_export import export_to_mlflow  # noqa: PLC0415  # heavy

    count = export_to_mlflow(points, experiment.name, options.output)
    if count < len(points):
        ConsoleReporter().note(f"{len(points) - count:,} points were there already")
    return f"MLflow, experiment {experiment.name}", count


def _to_ck(experiment: Experiment, points: list[Point], options: ExportOptions) -> str:
    from ck_core.store.editing import NewComponent  # noqa: PLC0415  # start-up
    from ck_core.store.experiments.ck_export import export_to_ck  # noqa: PLC0415  # as above

    wanted = experiment_cid(options.output or f"{KIND}:{experiment.name}-ck")
    repository = repository_for(wanted, Context(ConsoleReporter()))
    new = NewComponent(kind=KIND, alias=wanted.name, title=experiment.title)
    made = export_to_ck(points, repository, new)
    return f"{made.full_cid}  {made.path}"


def import_(cid: Cid, source: str, kind: str, *, as_json: bool) -> None:
    """Raises as ``import_points``."""
    from ck_core.experiments.importing import import_points  # noqa: PLC0415  # start-up

    kind = kind or ("json" if source.lower().endswith(".json") else "ck")
    done = import_points(cid, source, kind, Context(ConsoleReporter()))
    if as_json:
        values = {"experiment": done.experiment.cid, "added": done.added, "known": done.known}
        print_json(values)
        return
    known = f"; {done.known:,} were there already" if done.known else ""
    click.echo(printable(f"{done.added:,} points to {done.experiment.full_cid}{known}"))

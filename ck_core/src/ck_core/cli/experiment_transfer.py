"""Experiments to and from elsewhere: ckp export, ckp import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from ck_core.cli.console import ConsoleReporter, print_json, printable
from ck_core.cli.experiment_options import opened, reporter_for
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.errors import UsageError
from ck_core.experiments.reading.choosing import found_in
from ck_core.experiments.reading.experiment import Experiment, experiment_cid, repository_for
from ck_core.experiments.transfer.exporting import FILE_KINDS, check_file_kind, write_points
from ck_core.store.experiments.experiments import KIND
from ck_core.system.user_files import STANDARD_OUTPUT, is_standard_output


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """What is written, and where; ``to`` is one of ``FILE_KINDS``, ``mlflow`` or ``ck``."""

    to: str
    output: str = ""
    condition: str = ""
    as_json: bool = False


def export(cid: Cid, options: ExportOptions) -> None:
    """Raises UsageError for places that do not fit the format, StorageError as files do."""
    _check_output(options)
    experiment = opened(cid, options.condition, only_answer=options.as_json)
    place, count = _WAYS.get(options.to, _to_file)(experiment, options)
    if options.to in FILE_KINDS and is_standard_output(Path(place)):
        ConsoleReporter().note(f"{count:,} points to standard output")
    elif options.as_json:
        print_json({"experiment": experiment.cid, "points": count, "to": place})
    else:
        click.echo(printable(f"{count:,} points to {place}"))


def _check_output(options: ExportOptions) -> None:
    if options.output != STANDARD_OUTPUT or options.to not in FILE_KINDS:
        return
    if options.to == "parquet":
        raise UsageError("parquet is no text to print", hint="name a file: -o NAME.parquet")
    if options.as_json:
        raise UsageError("-o - and --json exclude each other", hint="give one of them")


def _to_file(experiment: Experiment, options: ExportOptions) -> tuple[str, int]:
    path = Path(options.output or f"{experiment.name}.{options.to}")
    check_file_kind(options.to, path)
    return str(path), write_points(options.to, experiment, path)


def _to_mlflow(experiment: Experiment, options: ExportOptions) -> tuple[str, int]:
    from ck_core.experiments.transfer.mlflow_export import export_to_mlflow  # noqa: PLC0415  # heavy

    points = found_in(experiment)
    count = export_to_mlflow(points, experiment.name, options.output)
    if count < len(points):
        ConsoleReporter().note(f"{len(points) - count:,} points were there already")
    return f"MLflow, experiment {experiment.name}", count


def _to_ck(experiment: Experiment, options: ExportOptions) -> tuple[str, int]:
    from ck_core.store.editing import NewComponent  # noqa: PLC0415  # start-up
    from ck_core.store.experiments.ck_export import export_to_ck  # noqa: PLC0415  # as above

    points = found_in(experiment)
    wanted = experiment_cid(options.output or f"{KIND}:{experiment.name}-ck")
    repository = repository_for(wanted, Context(reporter_for(as_json=options.as_json)))
    new = NewComponent(kind=KIND, alias=wanted.name, title=experiment.title)
    made = export_to_ck(points, repository, new)
    return f"{made.full_cid}  {made.path}", len(points)


_WAYS: Mapping[str, Callable[[Experiment, ExportOptions], tuple[str, int]]] = {
    "mlflow": _to_mlflow,
    "ck": _to_ck,
}


def import_(cid: Cid, source: str, kind: str, *, as_json: bool) -> None:
    """Raises as ``import_points``."""
    from ck_core.experiments.transfer.importing import import_points  # noqa: PLC0415  # start-up

    kind = kind or ("json" if source.lower().endswith(".json") else "ck")
    done = import_points(cid, source, kind, Context(reporter_for(as_json=as_json)))
    if as_json:
        values = {"experiment": done.experiment.cid, "added": done.added, "known": done.known}
        print_json(values)
        return
    known = f"; the UIDs of {done.known:,} were there already" if done.known else ""
    click.echo(printable(f"{done.added:,} points to {done.experiment.full_cid}{known}"))

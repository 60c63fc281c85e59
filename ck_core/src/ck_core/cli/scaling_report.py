"""Scaling as a table, a picture and JSON."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ck_core.analysis.scaling import Range, Scaling
from ck_core.analysis.scaling_table import ScalingRow, ScalingTable
from ck_core.cli.console import ConsoleReporter, print_json, print_table, printable
from ck_core.cli.units import format_metric
from ck_core.domain.metric import WALL
from ck_core.domain.point import Scalar
from ck_core.errors import UsageError
from ck_core.experiments.measuring.benchmark_json import benchmark_json
from ck_core.experiments.measuring.measurements import BenchmarkOutcome
from ck_core.publishing.charts.layout import plural
from ck_core.publishing.report.scalings import crowded, picture_of, series_names
from ck_core.system.extras import check_extra
from ck_core.system.user_files import check_place, is_standard_output, write_user_file

TABLE, PICTURES = ".csv", (".png", ".svg", ".html")


def check_outputs(outputs: Sequence[Path]) -> None:
    """Raises UsageError: told before long work begins."""
    for one in outputs:
        if one.suffix.lower() not in (TABLE, *PICTURES):
            raise UsageError(
                f"nothing of a scaling can be written as '{one.name}'",
                hint=f"end the name with one of {', '.join((TABLE, *PICTURES))}",
            )
        check_place(one)
        if one.suffix.lower() in PICTURES:
            check_extra("plots", f"{one.name}, a picture,", "vl_convert")


def show_scaling(
    outcome: BenchmarkOutcome, table: ScalingTable, outputs: Sequence[Path], *, as_json: bool
) -> None:
    """Prints it, and writes what was asked for; raises as ``render_all``."""
    if as_json:
        print_json(_json(table, outcome))
    else:
        print_table([*_columns(table)], _rows(table))
        for note in dict.fromkeys(_notes(table, outcome)):
            click.echo(printable(f"- {note}"))
    for path in outputs:
        _write(table, path)


def _columns(table: ScalingTable) -> Iterator[str]:
    """Threads, and what lines differ in, only where there is something to tell apart."""
    yield "tasks"
    if _has_threads(table):
        yield "threads"
    if any(series_names(table).values()):
        yield "variant"
    time = "time" if table.metric == WALL else table.metric
    scaled = "scaled " if table.scaling is Scaling.WEAK else ""
    yield from (time, "n", f"{scaled}speed-up", "efficiency", "serial fraction", "correct")


def _rows(table: ScalingTable) -> Iterator[Sequence[str]]:
    names = series_names(table)
    for row in table.rows:
        yield (
            str(row.tasks),
            *([str(row.threads)] if _has_threads(table) else []),
            *([names[row.series]] if any(names.values()) else []),
            _time(row, table),
            str(len(row.point.characteristics.get(table.metric, ()))),
            *_beside_base(row),
            {True: "yes", False: "NO", None: "not checked"}[row.point.correct],
        )


def _has_threads(table: ScalingTable) -> bool:
    return any(one.threads > 1 for one in table.rows)


def _time(row: ScalingRow, table: ScalingTable) -> str:
    if row.point.failed:
        return f"failed ({row.point.stage})"
    found = table.time_of(row)
    return format_metric(found) if found else ""


def _beside_base(row: ScalingRow) -> Iterator[str]:
    found = row.scaled
    if found is None or row.is_base:
        yield from ("1", "1", "") if found else ("", "", "")
        return
    yield _range_text(found.speedup)
    yield _range_text(found.efficiency)
    yield _range_text(found.serial) if found.serial else ""


def _range_text(found: Range) -> str:
    if found.low == found.high:
        return f"{found.value:.3g}"
    return f"{found.value:.3g}  [{found.low:.3g}, {found.high:.3g}]"


def _notes(table: ScalingTable, outcome: BenchmarkOutcome) -> Iterator[str]:
    """Sentences below the table."""
    yield from outcome.notes
    workers = {row.point.uid: _workers_text(row) for row in table.rows}
    for one in outcome.measurements:
        told = [one.error.message] if one.error else []
        yield from (f"{workers[one.point.uid]}: {note}" for note in (*told, *one.point.notes))
    yield from crowded(table)
    yield f"{_law(table.scaling)}; measured in random blocks (seed {outcome.seed}), in pairs"
    if any(not one.sure for one in table.rows):
        yield "too few repetitions for 95 % intervals: what stands there is a range; --repeat 6"
    if outcome.experiment:
        kept = outcome.experiment
        yield f"recorded in {kept.full_cid}: ckp show {kept.cid}"


def _workers_text(row: ScalingRow) -> str:
    threads = f" of {plural(row.threads, 'thread')}" if row.threads > 1 else ""
    return f"{plural(row.tasks, 'task')}{threads}"


def _law(scaling: Scaling) -> str:
    if scaling is Scaling.WEAK:
        return "each task has as much work as one alone; the serial fraction is Gustafson's"
    return "the work is the same for all; the serial fraction is Karp and Flatt's"


def _write(table: ScalingTable, path: Path) -> None:
    if not any(one.scaled for one in table.rows):
        ConsoleReporter().warn(f"{path} is not written: nothing could be compared")
        return
    if path.suffix.lower() == TABLE:
        write_user_file(path, _csv(table))
    else:
        _draw(table, path)
    if not is_standard_output(path):
        what = "table" if path.suffix.lower() == TABLE else "picture"
        ConsoleReporter().note(f"the {what} is {path}")


def _draw(table: ScalingTable, path: Path) -> None:
    from ck_core.publishing.rendering import render  # noqa: PLC0415  # who draws pays

    render(picture_of(table), path)


def _csv(table: ScalingTable) -> bytes:
    from ck_core.experiments.transfer.csv_writing import write_csv  # noqa: PLC0415  # as above

    rows = [_values(one, table) for one in table.rows]
    stream = io.StringIO()
    write_csv(stream, [*rows[0]], [[*one.values()] for one in rows])
    return stream.getvalue().encode("utf-8")


def _values(row: ScalingRow, table: ScalingTable) -> dict[str, Scalar | None]:
    """One row, flat."""
    time, found = table.time_of(row), row.scaled
    ranges = {
        "speedup": found.speedup if found else None,
        "efficiency": found.efficiency if found else None,
        "serial_fraction": found.serial if found else None,
    }
    return {
        "tasks": row.tasks,
        "threads": row.threads,
        "variant": series_names(table)[row.series],
        "status": row.point.status,
        "correct": row.point.correct,
        table.metric: time.value if time else None,
        f"{table.metric}_low": time.low if time else None,
        f"{table.metric}_high": time.high if time else None,
        "repetitions": len(row.point.characteristics.get(table.metric, ())),
        **{key: value for name, one in ranges.items() for key, value in _flat(name, one).items()},
        "is_sure": row.sure,
    }


def _flat(name: str, found: Range | None) -> dict[str, Scalar | None]:
    return {
        name: found.value if found else None,
        f"{name}_low": found.low if found else None,
        f"{name}_high": found.high if found else None,
    }


def _json(table: ScalingTable, outcome: BenchmarkOutcome) -> dict[str, Any]:
    """What ``ckp benchmark --json`` tells, and the table."""
    rows = [
        {**_values(one, table), "point": one.point.uid, "base": one.base or None}
        for one in table.rows
    ]
    return {**benchmark_json(outcome), "scaling": table.scaling.value, "rows": rows}

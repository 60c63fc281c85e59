"""Experiments on the screen: ckp show experiment:NAME."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table, printable
from ck_core.cli.experiment_cells import say, value_text
from ck_core.cli.experiment_options import opened
from ck_core.cli.experiment_stream import print_points_csv, print_points_json
from ck_core.cli.tuning_ending import show_ending_of
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_order import as_asked
from ck_core.domain.units import format_metric, metric_text
from ck_core.errors import UsageError
from ck_core.experiments.reading.choosing import nothing_in
from ck_core.experiments.reading.columns import BESIDES, asked_values, column_names
from ck_core.experiments.reading.experiment import Experiment
from ck_core.experiments.reading.own_metric import own_metric
from ck_core.experiments.reading.tables import (
    GAP,
    TRIAL,
    Layout,
    column_of,
    fitting,
    layout_of,
)
from ck_core.publishing.naming import short_uids
from ck_core.publishing.texts import shorten
from ck_core.store.experiments.index import Order
from ck_core.store.experiments.point_json import point_values

_SHOWN = 50
_LONGEST_CELL = 34
_SHORTEST_CELL = 12


@dataclass(frozen=True, kw_only=True)
class ShowOptions:
    """What of an experiment is shown, and how."""

    condition: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    last: int | None = None
    point: str = ""
    as_json: bool = False
    as_csv: bool = False
    names: bool = False

    @property
    def order(self) -> Order:
        return Order(self.sort.lstrip("-"), self.sort.startswith("-"))


def show_experiment(cid: Cid, options: ShowOptions) -> None:
    """The table, or one point.

    Raises:
        UsageError: options that exclude each other, a filter or name that means nothing.
        ComponentNotFoundError: no such experiment or point.
    """
    if options.as_json and options.as_csv:
        raise UsageError("--json and --csv exclude each other", hint="give one of them")
    experiment = opened(cid, options.condition, only_answer=options.as_json)
    if options.point:
        _show_point(experiment.point(options.point), as_json=options.as_json)
    elif options.names:
        click.echo("".join(f"{printable(one)}\n" for one in experiment.names()), nl=False)
    else:
        _show_points(experiment, options)


def _show_points(experiment: Experiment, options: ShowOptions) -> None:
    own = [name for name in options.columns if name not in BESIDES]
    experiment.check_names([*own, *filter(None, [options.order.name])])
    if options.as_json:
        print_points_json(experiment, options.order, options.last, options.columns)
    elif options.as_csv:
        print_points_csv(experiment, options.order, options.last, options.columns)
    else:
        if not (options.columns or options.sort):
            show_ending_of(experiment)
        _print_few(experiment, options)


def _print_few(experiment: Experiment, options: ShowOptions) -> None:
    points = _chosen(experiment, options.order, options.last or _SHOWN + 1)
    if not points:
        ConsoleReporter().note(nothing_in(experiment).message)
        ConsoleReporter().note(f"-> {nothing_in(experiment).hint}")
    elif options.last is None and len(points) > _SHOWN:
        few = points[:_SHOWN] if options.sort else points[-_SHOWN:]
        _print(experiment, few, options)
        which = "first" if options.sort else "newest"
        ConsoleReporter().note(f"these are the {which} {_SHOWN}; --last N shows more")
    else:
        _print(experiment, points, options)


def _chosen(experiment: Experiment, order: Order, limit: int) -> list[Point]:
    """The newest, last; or the first in the order that was asked for."""
    if order.name:
        return list(experiment.found(replace(order, limit=limit)))
    return experiment.newest(limit)


def _print(experiment: Experiment, points: Sequence[Point], options: ShowOptions) -> None:
    points = points if options.sort else as_asked(points)
    if columns := options.columns:
        values = asked_values(columns, experiment.names())
        print_table(columns, [_cells(point, columns, values(point)) for point in points])
    else:
        _print_telling(points, own_metric([experiment], Context(ConsoleReporter())))


def _print_telling(points: Sequence[Point], first: str) -> None:
    """The columns that say most, as many as have room."""
    uids = short_uids([point.uid for point in points])
    layout = layout_of(points, first)
    _print_common(layout.common)
    heads = column_names([*dict.fromkeys(n for p in points for n in p.scalars)])
    heads[TRIAL] = TRIAL
    cells = {name: _column_cells(points, name) for name in layout.columns}
    cells = {name: column for name, column in cells.items() if any(one != "-" for one in column)}
    room = shutil.get_terminal_size().columns - len(uids[0])
    shown = _fitted(layout, cells, heads, room)
    table = zip(uids, *shown.values(), strict=True)
    print_table(["point", *(heads[name] for name in shown)], table)
    _print_failures(points, uids)
    left = [heads[name] for name in cells if name not in shown]
    if left:
        ConsoleReporter().note(f"no room for: {', '.join(left)} (--columns a,b chooses)")


def _fitted(
    layout: Layout, cells: Mapping[str, list[str]], heads: Mapping[str, str], room: int
) -> dict[str, list[str]]:
    """What it is about and what was chosen go before the rest; long texts make way for them."""
    first = [one for one in (*layout.main, *layout.varied) if one in cells]
    order = [*first, *(one for one in cells if one not in first)]
    narrowed = {**cells, **_narrowed({one: cells[one] for one in first}, heads, room)}
    widths = [(n, max(map(len, [heads[n], *narrowed[n]]))) for n in order]
    kept = fitting(widths, room)
    return {name: narrowed[name] for name in cells if name in kept}


def _narrowed(
    cells: Mapping[str, list[str]], heads: Mapping[str, str], room: int
) -> dict[str, list[str]]:
    """With the widest as narrow as all of them need it, within reason."""
    widths = {name: max(map(len, [heads[name], *column])) for name, column in cells.items()}
    over = sum(widths.values()) + GAP * len(widths) - room
    widest = max(cells, key=widths.__getitem__, default="")
    if over <= 0 or not widest:
        return {**cells}
    length = max(_SHORTEST_CELL, widths[widest] - over)
    return {**cells, widest: [shorten(one, length) for one in cells[widest]]}


def _column_cells(points: Sequence[Point], name: str) -> list[str]:
    values = zip(points, column_of(points, name), strict=True)
    return [_short_cell(point, name, value) for point, value in values]


def _print_common(common: Sequence[tuple[str, Scalar]]) -> None:
    if common:
        text = ", ".join(f"{name} {shorten(str(value), 60)}" for name, value in common)
        say(f"All: {text}")
        click.echo()


def _print_failures(points: Sequence[Point], uids: Sequence[str]) -> None:
    failed = [pair for pair in zip(points, uids, strict=True) if pair[0].failed]
    if failed:
        click.echo()
    for point, uid in failed:
        reason = " ".join(point.error.split()) or "no reason is recorded"
        click.echo(printable(f"{uid} failed ({point.stage or 'unknown stage'}): {reason}"))


def _cells(point: Point, columns: Sequence[str], values: Sequence[Scalar | None]) -> list[str]:
    return [_cell(point, name, value) for name, value in zip(columns, values, strict=True)]


def _cell(point: Point, name: str, value: Scalar | None) -> str:
    """The value as it was recorded, or a metric as people read it."""
    metric = point.metrics.get(name.removeprefix("metrics."))
    if metric is not None and value == metric.value:
        return metric_text(metric)
    return value_text(value)


def _short_cell(point: Point, name: str, value: Scalar | None) -> str:
    group, _, rest = name.partition(".")
    if group == "metrics" and rest in point.metrics:
        return metric_text(point.metrics[rest])
    return shorten(value_text(value), _LONGEST_CELL)


def _show_point(point: Point, *, as_json: bool) -> None:
    if as_json:
        print_json(point_values(point))
    else:
        print_table(("point", point.uid), point_rows(point))


def point_rows(point: Point) -> Iterator[tuple[str, str]]:
    """Everything that is recorded of one point."""
    yield "recorded", point.recorded_at
    yield "status", f"failed: {point.stage}" if point.failed else point.status
    origin = {"session": point.session, "replay of": point.replay_of}
    yield from _known({"error": point.error, **origin})
    yield "correct", value_text(point.correct) if point.correct is not None else "not checked"
    yield from _components(point)
    yield from _known({"command": point.command, "emulated by": point.emulated_by})
    yield from ((f"choice {name}", value_text(value)) for name, value in point.choices.items())
    for metric in point.metrics.values():
        detail = f"  ({metric.detail})" if metric.detail else ""
        yield f"metric {metric.name}", f"{format_metric(metric)}{detail}"
    yield from _raw(point)
    yield from ((f"feature {name}", value_text(value)) for name, value in point.features.items())
    yield from _makers(point)
    yield from (("note", text) for text in point.notes)


def _components(point: Point) -> Iterator[tuple[str, str]]:
    for role, one in (("program", point.program), ("dataset", point.dataset)):
        if one is not None:
            parts = (one.cid, str(one.source).strip(), one.digest)
            yield role, "  ".join(part for part in parts if part)


def _raw(point: Point) -> Iterator[tuple[str, str]]:
    for name, values in point.characteristics.items():
        yield f"raw {name}", " ".join(f"{value:.9g}" for value in values)


def _makers(point: Point) -> Iterator[tuple[str, str]]:
    for one in point.resolved:
        parts = (f"{one.product} {one.version}", one.path, one.digest, one.origin)
        yield one.key, "  ".join(part for part in parts if part)
    if build := point.build:
        yield "build", f"{' '.join(build.flags) or 'no flags'}  {build.digest}".rstrip()
    yield from (("plugin", f"{name}: {release}") for name, release in point.plugins.items())
    yield from _known({"ckp": point.ckp, "typed": " ".join(point.command_line)})
    if point.seed is not None:
        yield "seed", str(point.seed)


def _known(texts: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((name, text) for name, text in texts.items() if text)

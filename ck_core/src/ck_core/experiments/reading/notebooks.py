"""An experiment as a notebook shows it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ck_core.analysis import tuning_texts
from ck_core.analysis.tuning_ending import Ending
from ck_core.domain.html import cell_text, table
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import short_uids
from ck_core.domain.units import metric_text
from ck_core.experiments.reading.columns import column_names
from ck_core.experiments.reading.tables import column_of, layout_of
from ck_core.experiments.reading.tunings import ending_in
from ck_core.system.host import host_target

if TYPE_CHECKING:
    from ck_core.experiments.reading.experiment import Experiment

_SHOWN = 20
_MOST_COLUMNS = 10


def experiment_html(experiment: Experiment) -> str:
    """How a tuning ended; then the newest points, the newest last: the columns that tell most."""
    ending = ending_in(experiment)
    return (ending_html(ending, experiment.cid) if ending else "") + _points_html(experiment)


def ending_html(ending: Ending | None, cid: str) -> str:
    """The winner beside the baselines, and what builds and runs it again."""
    if ending is None:
        return table(f"{cid}: no last runs yet", (), ())
    title, columns = tuning_texts.title(ending), tuning_texts.columns(ending)
    measured = table(f"{cid}: {title}", columns, tuning_texts.rows(ending))
    notes = (("note", one) for one in tuning_texts.notes(ending))
    commands = tuning_texts.commands(ending, host_target().name)
    again = ((f"{name} again", command) for name, command in commands)
    return measured + table("", (), chain(notes, again))


def _points_html(experiment: Experiment) -> str:
    points = experiment.newest(_SHOWN)
    count = len(experiment)
    caption = f"{experiment.cid}: {count:,} point{'' if count == 1 else 's'}"
    if count > len(points):
        caption += f", the newest {len(points)}"
    columns = layout_of(points).columns[:_MOST_COLUMNS] if points else ()
    heads = column_names([*dict.fromkeys(name for point in points for name in point.scalars)])
    uids = short_uids([point.uid for point in points])
    cells = [_cells(points, name) for name in columns]
    rows = zip(uids, *cells, strict=True)
    return table(caption, ["point", *(heads.get(name, name) for name in columns)], rows)


def _cells(points: Sequence[Point], name: str) -> list[str]:
    values = zip(points, column_of(points, name), strict=True)
    return [_cell(point, name, value) for point, value in values]


def _cell(point: Point, name: str, value: Scalar | None) -> str:
    group, _, rest = name.partition(".")
    if group == "metrics" and rest in point.metrics:
        return metric_text(point.metrics[rest])
    return cell_text(value)

"""An experiment of ``ckp autotune`` as a report tells it: how its search ended comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from ck_core.analysis import tuning_texts
from ck_core.analysis.tuning_ending import (
    Ending,
    Told,
    attempts,
    end_for,
    ending_of,
    is_trial,
    told_by,
)
from ck_core.domain.tuning.objective import Objective
from ck_core.publishing.charts.layout import plural
from ck_core.publishing.report.facts import Fact
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.parts import drawn_parts
from ck_core.publishing.texts import plain
from ck_core.system.host import host_target


@dataclass(frozen=True, kw_only=True)
class EndingTable:
    """What was measured last, beside each other.

    Attributes:
        heading: of its part, where there are several.
        commands: what builds and runs the winner again.
    """

    heading: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    commands: Sequence[Fact]


def aimed(material: Material) -> Material:
    """Showing what the latest search was for, where nothing else is asked for."""
    told = _latest(material)
    if told is None:
        return material
    first = told.objectives[0]
    names = {one.metric for one in told.objectives if one.maximize}
    return replace(
        material,
        metric=material.metric or first.metric,
        maximize=material.maximize | names,
        objectives=_axes(told.objectives, material),
    )


def _axes(objectives: Sequence[Objective], material: Material) -> tuple[str, str]:
    """Of the Pareto picture: the search's own two, unless others are asked for."""
    usual = next(one.default for one in fields(Material) if one.name == "objectives")
    if len(objectives) < 2 or material.objectives != usual:
        return material.objectives
    return objectives[0].metric, objectives[1].metric


def _latest(material: Material) -> Told | None:
    found = (told_by(one) for one in reversed(material.points))
    return next((one for one in found if one), None)


def ending(material: Material) -> Ending | None:
    """Of the latest search with a winner among these points, which are of the same work."""
    found = ending_of(material.points)
    return found if found and found.winner else None


def last_runs(material: Material, found: Ending) -> Material:
    """Only the winner and the baselines, by these names."""
    as_it_is = found.as_it_is
    return replace(
        material,
        points=[one.point for one in found.standings],
        labels={one.point.uid: one.name for one in found.standings},
        baseline=as_it_is.point.uid if as_it_is else "",
    )


def without_attempts(material: Material) -> Material:
    """The steps by which a winner was reduced are no variants; the picture says that they lack."""
    left_out = attempts(material.points)
    if not left_out:
        return material
    said = f"Left out: {plural(len(left_out), 'run')} of what was tried to be left out of a winner."
    kept = [one for one in material.points if one.uid not in left_out]
    return replace(material, points=kept, remarks=(*material.remarks, said))


def frontier_runs(material: Material) -> Material:
    """Where a search was for the two objectives that are drawn, its last runs alone.

    Elsewhere trials take part, which ran few times; the picture then says so.
    """
    aims = [Objective(metric=one, maximize=one in material.maximize) for one in material.objectives]
    last = end_for(material.points, aims)
    if last:
        said = "Only the last runs of the search: its trials ran fewer times."
        return replace(material, points=last, remarks=(*material.remarks, said))
    material = without_attempts(material)
    if any(map(is_trial, material.good)):
        said = "Trials of a search ran few times: the luckiest of many seem better than they are."
        return replace(material, remarks=(*material.remarks, said))
    return material


def endings(material: Material) -> Iterator[EndingTable]:
    """Of each part in which a search came to its end."""
    for part in drawn_parts(material):
        if found := ending_of(part.material.points):
            yield _table(found, part.heading)


def _table(found: Ending, heading: str) -> EndingTable:
    return EndingTable(
        heading=heading,
        title=tuning_texts.title(found),
        columns=[plain(one) for one in tuning_texts.columns(found)],
        rows=[[cell and plain(cell) for cell in row] for row in tuning_texts.rows(found)],
        notes=[plain(one) for one in tuning_texts.notes(found)],
        commands=[
            Fact(name=f"{plain(name)} again", value=plain(command))
            for name, command in tuning_texts.commands(found, host_target().name)
        ],
    )

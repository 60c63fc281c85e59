"""Pareto frontiers on the screen and as pictures: ckp pareto."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.cli.experiment_options import opened
from ck_core.domain.cid import Cid
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.units import metric_text
from ck_core.errors import UsageError
from ck_core.experiments.reading.choosing import nothing_in
from ck_core.experiments.reading.experiment import Experiment
from ck_core.experiments.reading.frontier import (
    Goal,
    ParetoAnswer,
    ParetoPoint,
    pareto_of,
    parse_limits,
)
from ck_core.experiments.reading.mixtures import mixtures
from ck_core.publishing.charts.values import Axis
from ck_core.publishing.naming import names_of, short_uids
from ck_core.publishing.texts import shorten
from ck_core.system.user_files import is_standard_output

_SHOWN = 50
_LONGEST_NAME = 60
_MOST_OTHERS = 5_000


@dataclass(frozen=True, kw_only=True)
class ParetoOptions:
    """What is wished for, and where the picture goes."""

    minimize: tuple[str, ...] = ()
    maximize: tuple[str, ...] = ()
    constraint: tuple[str, ...] = ()
    condition: str = ""
    output: Path | None = None
    as_json: bool = False


def show_frontier(cid: Cid, options: ParetoOptions) -> None:
    """The frontier as table or JSON, and as a picture where one is asked for.

    Raises:
        UsageError: names, conditions or formats that mean nothing.
        StorageError: the picture cannot be written.
    """
    is_printed = options.output is not None and is_standard_output(options.output)
    if is_printed and options.as_json:
        raise UsageError("-o - and --json exclude each other", hint="give one of them")
    experiment = opened(cid, options.condition, only_answer=options.as_json)
    if not len(experiment):
        raise nothing_in(experiment)
    limits = parse_limits(options.constraint, set(experiment.names()))
    answer = pareto_of(experiment, _goals(options), limits)
    _warn_of_mixtures(experiment)
    if options.output:
        _draw(experiment, answer, options.output)
    if options.as_json:
        print_json(_as_json(answer))
    elif not is_printed:
        _print(experiment, answer)


def _warn_of_mixtures(experiment: Experiment) -> None:
    """Nobody gets less work for free: what differs there is told."""
    for name, values in mixtures(experiment).items():
        shown = ", ".join(one or "none" for one in values[:3])
        ConsoleReporter().warn(
            f"these points differ in {name} ({shown}), and a frontier compares them all: "
            f"--filter {name}={shlex.quote(values[-1])} takes one"
        )


def _goals(options: ParetoOptions) -> list[Goal]:
    return [
        *(Goal(name=name) for name in options.minimize),
        *(Goal(name=name, maximize=True) for name in options.maximize),
    ]


def _as_json(answer: ParetoAnswer) -> dict[str, Any]:
    return {
        "objectives": [asdict(one) for one in answer.goals],
        "constraints": [asdict(one) for one in answer.limits],
        "frontier": [_point_json(one, answer) for one in answer.frontier],
        "dominated": answer.dominated,
        "excluded": answer.excluded,
        "missing": answer.missing,
    }


def _point_json(one: ParetoPoint, answer: ParetoAnswer) -> dict[str, Any]:
    values = zip(answer.goals, one.values, one.boxes, strict=True)
    found = {g.name: {"value": v, "low": low, "high": high} for g, v, (low, high) in values}
    return {"uid": one.uid, "values": found}


def _print(experiment: Experiment, answer: ParetoAnswer) -> None:
    shown = answer.frontier[:_SHOWN]
    names = names_of(_drawn(experiment, answer)) if shown else {}
    heads = [f"{goal.name} {'(max)' if goal.maximize else '(min)'}" for goal in answer.goals]
    if shown:
        uids = short_uids([one.uid for one in shown])
        named = zip(shown, uids, strict=True)
        rows = [[uid, *_row(one, names[one.uid], answer)] for one, uid in named]
        print_table(("point", *heads, "variant"), rows)
        click.echo()
    click.echo(_summary(answer))
    if len(answer.frontier) > len(shown):
        ConsoleReporter().note(f"the first {len(shown)} are shown; --json has all")


def _row(one: ParetoPoint, name: str, answer: ParetoAnswer) -> list[str]:
    values = zip(answer.goals, one.values, one.boxes, strict=True)
    cells = [
        metric_text(Metric(name=goal.name, value=value, low=low, high=high))
        for goal, value, (low, high) in values
    ]
    return [*cells, shorten(name, _LONGEST_NAME)]


def _summary(answer: ParetoAnswer) -> str:
    others = {
        "dominated": answer.dominated,
        "excluded by a constraint": answer.excluded,
        "without a number": answer.missing,
    }
    count = len(answer.frontier) + sum(map(len, others.values()))
    parts = [f"{len(uids):,} {what}" for what, uids in others.items() if uids]
    return "; ".join([f"{len(answer.frontier):,} of {count:,} points on the frontier", *parts])


def _draw(experiment: Experiment, answer: ParetoAnswer, output: Path) -> None:
    from ck_core.publishing.pareto_picture import pareto_picture  # noqa: PLC0415  # who draws pays
    from ck_core.publishing.rendering import render  # noqa: PLC0415  # as above

    if len(answer.goals) < 2:
        raise UsageError("a Pareto picture needs two objectives", hint="--minimize a,b")
    notes = []
    if len(answer.goals) > 2:
        names = ", ".join(goal.name for goal in answer.goals)
        notes.append(f"The frontier in {len(answer.goals)} objectives ({names}); two are drawn.")
    kept = {one.uid for one in answer.frontier}
    first, second = (_axis(goal, answer) for goal in answer.goals[:2])
    picture = pareto_picture(
        _drawn(experiment, answer),
        (first, second),
        kept=kept,
        excluded=set(answer.excluded),
        notes=notes,
        total=len(answer.frontier) + len(answer.dominated) + len(answer.excluded),
    )
    render(picture, output)
    ConsoleReporter().note(f"the picture is {output}")


def _drawn(experiment: Experiment, answer: ParetoAnswer) -> list[Point]:
    """The frontier and the others, by which it is named; of very many others an even choice."""
    others = sorted([*answer.dominated, *answer.excluded])
    step = max(1, len(others) // _MOST_OTHERS)
    return experiment.with_uids([*(one.uid for one in answer.frontier), *others[::step]])


def _axis(goal: Goal, answer: ParetoAnswer) -> Axis:
    limits = tuple(one.limit for one in answer.limits if one.name == goal.name)
    return Axis(metric=goal.name, maximize=goal.maximize, limits=limits)

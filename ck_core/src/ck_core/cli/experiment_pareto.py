"""Pareto frontiers on the screen and as pictures: ckp pareto."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from ck_core.analysis.tuning_ending import is_trial
from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.cli.experiment_options import opened
from ck_core.domain.cid import Cid
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.point_names import short_name
from ck_core.domain.tuning.objective import Objective
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
from ck_core.experiments.reading.tunings import last_runs_for, last_told_in
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
    goals = _goals(options) or _goals_of_search(experiment)
    experiment = _last_runs(experiment, goals)
    answer = _answer(experiment, goals, options)
    if options.output:
        _draw(experiment, answer, options.output)
    if options.as_json:
        print_json(_as_json(answer))
    elif not is_printed:
        _print(experiment, answer)


def _answer(experiment: Experiment, goals: Sequence[Goal], options: ParetoOptions) -> ParetoAnswer:
    """With warnings of what it compares."""
    limits = parse_limits(options.constraint, set(experiment.names()))
    answer = pareto_of(experiment, goals, limits)
    _warn_of_mixtures(experiment)
    _warn_of_trials(experiment, answer)
    return answer


def _warn_of_mixtures(experiment: Experiment) -> None:
    """Nobody gets less work for free: what differs there is told."""
    for name, values in mixtures(experiment).items():
        shown = ", ".join(one or "none" for one in values[:3])
        ConsoleReporter().warn(
            f"these points differ in {name} ({shown}), and a frontier compares them all: "
            f"--filter {name}={shlex.quote(values[-1])} takes one"
        )


def _goals_of_search(experiment: Experiment) -> list[Goal]:
    """What the latest search was for, where it had several objectives."""
    told = last_told_in(experiment)
    found = told.objectives if told and len(told.objectives) > 1 else ()
    return [Goal(name=one.metric, maximize=one.maximize) for one in found]


def _last_runs(experiment: Experiment, goals: Sequence[Goal]) -> Experiment:
    """Of a search for just these goals: its frontier is the one that it has told."""
    wished = [Objective(metric=short_name(one.name), maximize=one.maximize) for one in goals]
    last = last_runs_for(experiment, wished)
    if last is None:
        return experiment
    ConsoleReporter().note(
        f"these are the last runs of the search; {len(experiment) - len(last):,} other points, "
        "its trials among them, ran fewer times: --filter status=ok compares all"
    )
    return last


def _warn_of_trials(experiment: Experiment, answer: ParetoAnswer) -> None:
    """The luckiest of many are no sound frontier."""
    shown = experiment.with_uids([one.uid for one in answer.frontier[:_MOST_OTHERS]])
    if count := sum(map(is_trial, shown)):
        ConsoleReporter().warn(
            f"{count:,} on this frontier {'is a trial' if count == 1 else 'are trials'} of a "
            "search, which ran few times: the luckiest of many seem better than they are"
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
    first, second = (_axis(goal, answer) for goal in answer.goals[:2])
    picture = pareto_picture(
        _drawn(experiment, answer),
        (first, second),
        kept={one.uid for one in answer.frontier},
        excluded=set(answer.excluded),
        notes=_two_of(answer),
        total=len(answer.frontier) + len(answer.dominated) + len(answer.excluded),
    )
    render(picture, output)
    ConsoleReporter().note(f"the picture is {output}")


def _two_of(answer: ParetoAnswer) -> list[str]:
    """What a picture of more objectives has to say."""
    if len(answer.goals) == 2:
        return []
    names = ", ".join(goal.name for goal in answer.goals)
    return [f"The frontier in {len(answer.goals)} objectives ({names}); two are drawn."]


def _drawn(experiment: Experiment, answer: ParetoAnswer) -> list[Point]:
    """The frontier and the others, by which it is named; of very many others an even choice."""
    others = sorted([*answer.dominated, *answer.excluded])
    step = max(1, len(others) // _MOST_OTHERS)
    return experiment.with_uids([*(one.uid for one in answer.frontier), *others[::step]])


def _axis(goal: Goal, answer: ParetoAnswer) -> Axis:
    limits = tuple(one.limit for one in answer.limits if one.name == goal.name)
    return Axis(metric=goal.name, maximize=goal.maximize, limits=limits)

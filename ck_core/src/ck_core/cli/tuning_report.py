"""Searches as tables and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table, printable
from ck_core.cli.units import format_metric
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.session import TuningSession
from ck_core.tuning.finals import Finalist
from ck_core.tuning.outcome import Gain, TuningOutcome
from ck_core.tuning.reproduction import command_of
from ck_core.tuning.tuning_json import tuning_json


def show_parameters(session: TuningSession, *, as_json: bool) -> None:
    """What may be varied."""
    found = sorted(session.parameters.values(), key=lambda one: (one.group, one.name))
    if as_json:
        print_json([{**asdict(one), "inexact": sorted(one.inexact)} for one in found])
        return
    rows = [(one.group, one.name, " | ".join(_values(one))) for one in found]
    print_table(("group", "parameter", "values"), rows)
    if not rows:
        ConsoleReporter().note("no plugin offers to vary anything here")


def _values(parameter: Parameter) -> Iterator[str]:
    """An empty one passes nothing; of others the default says so."""
    for value in parameter.values:
        mark = " (default)" if value == parameter.default else ""
        yield f"{value}{mark}" if value else "default"


def show_tuning(outcome: TuningOutcome, *, as_json: bool) -> None:
    """The winner beside the baselines; or the frontier."""
    if as_json:
        print_json(tuning_json(outcome))
        return
    if outcome.frontier:
        names = [one.metric for one in outcome.objectives]
        rows = (_frontier_row(one, names) for one in outcome.frontier)
        print_table(("on the frontier", *names), rows)
    elif outcome.gains:
        print_table(("winner over", "speed-up", "verdict"), map(_gain_row, outcome.gains))
    for note in _notes(outcome):
        click.echo(printable(f"- {note}"))


def _gain_row(gain: Gain) -> Sequence[str]:
    comparison = gain.compared.comparison
    effect = comparison.effect
    size = f"{effect.estimate:.4g}  [{effect.low:.4g}, {effect.high:.4g}]" if effect else ""
    return gain.baseline.role, size, comparison.verdict.value


def _frontier_row(one: Finalist, names: Sequence[str]) -> Sequence[str]:
    return one.role, *(format_metric(one.point.metrics[name]) for name in names)


def _notes(outcome: TuningOutcome) -> Iterator[str]:
    failed = ", ".join(f"{count} {what}" for what, count in sorted(outcome.failures.items()))
    yield (
        f"{len(outcome.findings)} evaluations in {outcome.spent_s:.0f} s "
        f"({outcome.strategy}, seed {outcome.seed})" + (f"; failed: {failed}" if failed else "")
    )
    yield from outcome.notes
    for title, one in _told(outcome):
        yield f"{title}: {command_of(one.point, outcome.space, one.configuration)}"
    cid = outcome.experiment.cid
    yield f"recorded in {outcome.experiment.full_cid}: ckp show {cid}"
    if outcome.interrupted:
        yield f"goes on with: ckp autotune --resume {cid}"


def _told(outcome: TuningOutcome) -> Iterator[tuple[str, Finalist]]:
    """Whose command is worth knowing."""
    if outcome.winner:
        yield "again", outcome.winner
    yield from ((one.role, one) for one in outcome.frontier)

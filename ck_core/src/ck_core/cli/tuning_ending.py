"""How a search ended, on the screen: the winner beside the baselines."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ck_core.analysis.tuning_ending import Ending
from ck_core.analysis.tuning_texts import by_hand, columns, commands, notes, rows
from ck_core.cli.console import print_table, printable
from ck_core.experiments.reading.experiment import Experiment
from ck_core.experiments.reading.tunings import ending_in
from ck_core.system.host import host_target

_MOST_LINES = 12


def show_ending(ending: Ending) -> None:
    """The table of the last runs, what there is to say of it, and how to do it again."""
    print_table(columns(ending), rows(ending))
    for note in notes(ending):
        click.echo(printable(f"- {note}"))
    for name, command in commands(ending, host_target().name):
        click.echo(printable(f"- {name} again: {command}"))
    for name, lines in by_hand(ending):
        _show_lines(name, lines)


def _show_lines(name: str, lines: Sequence[str]) -> None:
    """Of very many the first ones and the last: most differ in their sources alone."""
    click.echo(printable(f"- {name}:"))
    shown = lines if len(lines) <= _MOST_LINES else lines[: _MOST_LINES - 1]
    for one in shown:
        click.echo(printable(f"    {one}"))
    if shown is not lines:
        click.echo(f"    ... {len(lines) - _MOST_LINES} more, which --json and --point have ...")
        click.echo(printable(f"    {lines[-1]}"))


def show_ending_of(experiment: Experiment) -> None:
    """Above the points of an experiment of searches; of others nothing."""
    if ending := ending_in(experiment):
        show_ending(ending)
        click.echo()

"""Searches as tables and JSON."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ck_core.cli.console import print_json, printable
from ck_core.cli.tuning_ending import show_ending
from ck_core.tuning.outcome import TuningOutcome
from ck_core.tuning.tuning_json import tuning_json


def show_tuning(outcome: TuningOutcome, *, as_json: bool) -> None:
    """The winner beside the baselines; or the frontier."""
    if as_json:
        print_json(tuning_json(outcome))
        return
    if ending := outcome.ending:
        show_ending(ending)
    for note in _notes(outcome):
        click.echo(printable(f"- {note}"))


def _notes(outcome: TuningOutcome) -> Iterator[str]:
    how = f"{outcome.strategy}, seed {outcome.seed}"
    yield f"{_searched(outcome)} ({how}){_failed(outcome)}" if outcome.findings else how
    yield from outcome.notes
    cid = outcome.experiment.cid
    yield f"recorded in {outcome.experiment.full_cid}: ckp show {cid}"
    if outcome.interrupted:
        yield f"goes on with: ckp autotune --resume {cid}"


def _searched(outcome: TuningOutcome) -> str:
    return f"{len(outcome.findings)} evaluations in {outcome.spent_s:.0f} s"


def _failed(outcome: TuningOutcome) -> str:
    failed = ", ".join(f"{count} {what}" for what, count in sorted(outcome.failures.items()))
    return f"; failed: {failed}" if failed else ""

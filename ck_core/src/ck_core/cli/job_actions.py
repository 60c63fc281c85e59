"""What ``ckp jobs`` shows and does."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from pathlib import Path

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.context import Context
from ck_core.errors import UsageError
from ck_core.workspace.jobs import KnownJob, cancel

_COLUMNS = ("job", "of", "program", "state", "submitted", "waited for", "typed")


def show_jobs(jobs: Sequence[KnownJob], *, as_json: bool) -> None:
    if as_json:
        print_json([_json(one) for one in jobs])
        return
    if not jobs:
        click.echo("no jobs are left")
        return
    print_table(_COLUMNS, [_row(one) for one in jobs])
    left = [one for one in jobs if not one.kept.is_waited_for]
    if left:
        ConsoleReporter().note(
            f"nobody waits for {len(left)} of them: ckp jobs --attach takes their results, "
            "--cancel ends them"
        )


def cancel_jobs(jobs: Sequence[KnownJob], context: Context) -> None:
    """Those that a running ckp waits for only where they are named."""
    chosen = [one for one in jobs if not one.kept.is_waited_for] or [*jobs]
    cancel(chosen, context)
    count = len({(one.kept.record.manager, one.kept.record.id) for one in chosen})
    told = "1 job" if count == 1 else f"{count} jobs"
    click.echo(f"cancelled {told}" if chosen else "no jobs are left")


def attach_jobs(jobs: Sequence[KnownJob]) -> None:
    """Types again what has submitted them, each command once, where it was typed.

    Raises:
        UsageError: there are none, or their directory has gone.
    """
    left = [one.kept.record for one in jobs if not one.kept.is_waited_for]
    if not left:
        raise UsageError("there is no job that nobody waits for", hint="ckp jobs lists all")
    for command, place in dict.fromkeys((one.command_line, one.called_in) for one in left):
        ConsoleReporter().note(f"in {place}: {shlex.join(command)}")
        _typed_again(command, Path(place))


def _typed_again(command: Sequence[str], place: Path) -> None:
    from ck_core.cli.main import ckp  # noqa: PLC0415  # it imports the commands, this one among them

    if not place.is_dir():
        raise UsageError(
            f"{place} is gone, where ckp was called", hint="ckp jobs --cancel ends them"
        )
    before = Path.cwd()
    os.chdir(place)
    try:
        ckp.main(args=[*command[1:]], prog_name="ckp", standalone_mode=False)
    finally:
        os.chdir(before)


def _row(one: KnownJob) -> tuple[str, ...]:
    record = one.kept.record
    return (
        record.id,
        record.manager,
        record.program,
        one.report.state.value,
        time.strftime("%Y-%m-%d %H:%M", time.localtime(record.submitted_at)),
        "yes" if one.kept.is_waited_for else "no",
        shlex.join(record.command_line),
    )


def _json(one: KnownJob) -> dict[str, object]:
    record = one.kept.record
    return {
        "id": record.id,
        "manager": record.manager,
        "program": record.program,
        "state": one.report.state.name.lower(),
        "reason": one.report.reason,
        "nodes": [*one.report.nodes],
        "submitted_at": record.submitted_at,
        "is_waited_for": one.kept.is_waited_for,
        "command_line": [*record.command_line],
        "called_in": record.called_in,
    }

"""ckp jobs"""

from __future__ import annotations

import click

from ck_core.cli.arguments import json_option
from ck_core.cli.grammar import CkpCommand


@click.command(cls=CkpCommand, name="jobs")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--attach", is_flag=True, help="Do again what you typed: it waits for these jobs.")
@click.option("--cancel", is_flag=True, help="End them; their results are lost.")
@json_option
def command(*, ids: tuple[str, ...], attach: bool, cancel: bool, as_json: bool) -> None:
    """Jobs of a cluster whose results nobody has taken yet.

    A ckp that was killed, or that was left with Ctrl-C, has left its jobs behind. The same command
    takes them over where they compute what it asks for, instead of submitting them again;
    --attach types it for you.
    """
    from ck_core.cli.console import ConsoleReporter
    from ck_core.cli.job_actions import attach_jobs, cancel_jobs, show_jobs
    from ck_core.context import Context
    from ck_core.errors import UsageError
    from ck_core.workspace.jobs import known_jobs

    if attach and cancel:
        raise UsageError("--attach and --cancel exclude each other", hint="give one of them")
    context = Context(ConsoleReporter())
    found = known_jobs(context, ids)
    if attach:
        attach_jobs(found)
    elif cancel:
        cancel_jobs(found, context)
    else:
        show_jobs(found, as_json=as_json)

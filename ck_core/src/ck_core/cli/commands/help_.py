"""ckp help [KIND]"""

from __future__ import annotations

import click

from ck_core.cli.grammar import CkpCommand


@click.command(cls=CkpCommand, name="help")
@click.argument("kind", required=False)
def command(*, kind: str | None) -> None:
    """Say what a kind of components is, and what can be done with it."""
    from ck_core.cli.kind_help import kind_help, kinds_help

    click.echo(kind_help(kind) if kind else kinds_help())

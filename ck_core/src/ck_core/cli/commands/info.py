"""ckp info KIND:NAME"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="info")
@cid_argument
@json_option
def command(*, cid: Cid, as_json: bool) -> None:
    """Show what is known of one component."""
    from ck_core.cli.console import ConsoleReporter, print_json, print_table
    from ck_core.cli.listing import info_rows
    from ck_core.workspace.workspace import Workspace

    workspace = Workspace(ConsoleReporter())
    rows = list(info_rows(workspace.get(cid), workspace))
    if as_json:
        print_json({name.replace(" ", "_"): text for name, text in rows})
    else:
        print_table(("component", str(cid)), rows)

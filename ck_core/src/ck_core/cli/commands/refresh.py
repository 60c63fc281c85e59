"""ckp refresh env"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="refresh")
@cid_argument
@click.option("--ask-again", is_flag=True, help="Forget which of equals you chose.")
@json_option
def command(*, cid: Cid, ask_again: bool, as_json: bool) -> None:
    """Look again at every installation that is registered.

    What went away is dropped, what changed is detected anew; so is what a soft describes
    otherwise now.
    """
    from ck_core.cli.console import ConsoleReporter, print_json, printable
    from ck_core.errors import UsageError
    from ck_core.workspace.refreshing import refresh
    from ck_core.workspace.shapes import refreshed_json
    from ck_core.workspace.workspace import Workspace

    if cid.kind != "env" or cid.name != "*":
        raise UsageError(f"ckp refresh works on all of env, not on '{cid}'", hint="ckp refresh env")
    done = refresh(Workspace(ConsoleReporter()).context, ask_again=ask_again)
    if as_json:
        print_json([refreshed_json(one) for one in done])
    else:
        click.echo("\n".join(printable(str(one)) for one in done) or "nothing is registered")

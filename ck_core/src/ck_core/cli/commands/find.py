"""ckp find KIND:NAME..."""

from __future__ import annotations

import click

from ck_core.cli.arguments import cids_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="find")
@cids_argument
@json_option
def command(*, cids: tuple[Cid, ...], as_json: bool) -> None:
    """Print the directories of components, one a line."""
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.cli.listing import one_or_list
    from ck_core.workspace.workspace import Workspace

    workspace = Workspace(ConsoleReporter())
    found = [component for cid in cids for component in workspace.get_all(cid)]
    if as_json:
        print_json(one_or_list(cids, [one.as_json() for one in found]))
    else:
        click.echo("\n".join(str(component.path) for component in found))

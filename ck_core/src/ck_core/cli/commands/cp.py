"""ckp cp KIND:NAME TARGET"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option, target_argument
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="cp")
@cid_argument
@target_argument
@json_option
def command(*, cid: Cid, target: Cid, as_json: bool) -> None:
    """Copy a component, with all files and a new UID.

    TARGET is NAME, KIND:NAME or REPO:KIND:NAME; an empty part stays as it is.
    """
    from ck_core.cli.console import ConsoleReporter
    from ck_core.cli.listing import print_done
    from ck_core.workspace.workspace import Workspace

    print_done("copied to", Workspace(ConsoleReporter()).copy(cid, target), as_json=as_json)

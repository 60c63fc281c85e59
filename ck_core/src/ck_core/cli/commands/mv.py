"""ckp mv KIND:NAME TARGET"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option, target_argument
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="mv")
@cid_argument
@target_argument
@json_option
def command(*, cid: Cid, target: Cid, as_json: bool) -> None:
    """Move a component to another name, kind or repository.

    Its UID stays. ckp ren is the same.

    TARGET is NAME, KIND:NAME or REPO:KIND:NAME; an empty part stays as it is.
    """
    from ck_core.cli.console import ConsoleReporter
    from ck_core.cli.listing import print_done
    from ck_core.workspace.workspace import Workspace

    print_done("moved to", Workspace(ConsoleReporter()).move(cid, target), as_json=as_json)

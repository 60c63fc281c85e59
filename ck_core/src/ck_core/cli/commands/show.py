"""ckp show env --tags=..."""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option, tags_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="show")
@cid_argument
@tags_option
@json_option
def command(*, cid: Cid, tags: frozenset[str], as_json: bool) -> None:
    """Show installations (env) or components of another kind.

    ckp show env lists what was found or installed; ckp show env:UID says all of one.
    """
    from ck_core.cli.environments import show_environments
    from ck_core.cli.listing import print_components
    from ck_core.domain.query import Query

    if cid.kind == "env":
        show_environments(cid, tags, as_json=as_json)
    else:
        print_components([Query(cid=cid, tags=tags)], as_json=as_json)

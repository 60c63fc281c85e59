"""ckp ls KIND[:PATTERN]"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option, tags_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="ls")
@cid_argument
@tags_option
@json_option
def command(*, cid: Cid, tags: frozenset[str], as_json: bool) -> None:
    """List components, one name a line."""
    from ck_core.cli.listing import print_names

    print_names(cid, tags, as_json=as_json)

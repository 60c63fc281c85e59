"""ckp ls [KIND[:PATTERN]]"""

from __future__ import annotations

import click

from ck_core.cli.arguments import CidType, json_option, tags_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="ls")
@click.argument("cid", type=CidType(), metavar="[KIND[:NAME]]", required=False)
@tags_option
@json_option
def command(*, cid: Cid | None, tags: frozenset[str], as_json: bool) -> None:
    """List components, one name a line; without KIND, the kinds."""
    from ck_core.cli.listing import print_kinds, print_names

    if cid is None:
        print_kinds(as_json=as_json)
    else:
        print_names(cid, tags, as_json=as_json)

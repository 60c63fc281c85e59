"""ckp ls [KIND[:PATTERN]...]"""

from __future__ import annotations

import click

from ck_core.cli.arguments import json_option, optional_cids_argument, tags_option, time_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="ls")
@optional_cids_argument
@tags_option
@time_option
@json_option
def command(*, cids: tuple[Cid, ...], tags: frozenset[str], show_time: bool, as_json: bool) -> None:
    """List components, one name a line; without KIND, the kinds."""
    from ck_core.cli.listing import print_kinds, print_names, timed
    from ck_core.domain.query import Query

    with timed(show_time):
        if cids:
            print_names([Query(cid=cid, tags=tags) for cid in cids], as_json=as_json)
        else:
            print_kinds(as_json=as_json)

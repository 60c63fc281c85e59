"""ckp search KIND[:PATTERN] --tags=..."""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option, tags_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="search")
@cid_argument
@tags_option
@json_option
def command(*, cid: Cid, tags: frozenset[str], as_json: bool) -> None:
    """Find components by name pattern and tags."""
    from ck_core.cli.listing import print_components

    print_components(cid, tags, as_json=as_json)

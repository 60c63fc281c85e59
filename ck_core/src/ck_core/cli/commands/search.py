"""ckp search KIND[:PATTERN]..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ck_core.cli.arguments import json_option, optional_cids_argument, tags_option, time_option
from ck_core.cli.grammar import CkpCommand
from ck_core.cli.types import MetaType
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="search")
@optional_cids_argument
@tags_option
@click.option("--text", default="", help="Words that each occur in name or meta.")
@click.option(
    "--search-dict",
    "parts",
    type=MetaType(),
    multiple=True,
    help="An excerpt of the meta, as JSON or --search_dict.KEY=VALUE.",
)
@click.option("--newest", is_flag=True, help="Last changed first.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many.")
@time_option
@json_option
def command(
    *,
    cids: tuple[Cid, ...],
    tags: frozenset[str],
    text: str,
    parts: tuple[Mapping[str, Any], ...],
    newest: bool,
    limit: int | None,
    show_time: bool,
    as_json: bool,
) -> None:
    """Find components by name pattern, tags, words and meta."""
    from ck_core.cli.listing import print_components, timed
    from ck_core.cli.types import combined
    from ck_core.domain.query import Query

    queries = [
        Query(
            cid=cid,
            tags=tags,
            words=tuple(text.split()),
            where=combined(parts),
            newest_first=newest,
            limit=limit,
        )
        for cid in cids or [Cid("*")]
    ]
    with timed(show_time):
        print_components(queries, as_json=as_json)

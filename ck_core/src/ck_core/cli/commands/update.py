"""ckp update KIND:NAME..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ck_core.cli.arguments import cids_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.cli.types import MetaType, TagsType
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="update")
@cids_argument
@click.option("--tags", type=TagsType(), default=frozenset(), help="Adds tags; takes out -tag.")
@click.option(
    "--dict", "parts", type=MetaType(), multiple=True, help="What to merge into the meta."
)
@click.option("--unset", multiple=True, metavar="KEY", help="Takes a key out; A.B leads inside.")
@click.option("--substitute", is_flag=True, help="Replace the whole meta by --dict.")
@click.option("--all", "every", is_flag=True, help="Everything that a pattern matches.")
@json_option
def command(
    *,
    cids: tuple[Cid, ...],
    tags: frozenset[str],
    parts: tuple[Mapping[str, Any], ...],
    unset: tuple[str, ...],
    substitute: bool,
    every: bool,
    as_json: bool,
) -> None:
    """Change the metas of components.

    A pattern needs --all: without it ckp says what it matches and changes nothing.
    """
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.cli.listing import chosen, one_or_list
    from ck_core.cli.types import combined
    from ck_core.workspace.workspace import Workspace

    changes = {**combined(parts), **({"tags": sorted(tags)} if tags else {})}
    workspace = Workspace(ConsoleReporter())
    updated = [
        workspace.update(one.full_cid, changes, replace_all=substitute, unset=unset)
        for one in chosen(workspace, cids, every=every)
    ]
    if as_json:
        print_json(one_or_list(cids, [one.as_json() for one in updated]))
    else:
        click.echo("\n".join(f"updated {one.full_cid}  {one.path}" for one in updated))

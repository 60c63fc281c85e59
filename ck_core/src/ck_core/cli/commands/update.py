"""ckp update KIND:NAME"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.cli.types import MetaType, TagsType
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="update")
@cid_argument
@click.option("--tags", type=TagsType(), default=frozenset(), help="Adds tags; takes out -tag.")
@click.option(
    "--dict", "parts", type=MetaType(), multiple=True, help="What to merge into the meta."
)
@click.option("--unset", multiple=True, metavar="KEY", help="Takes a key out; A.B leads inside.")
@click.option("--substitute", is_flag=True, help="Replace the whole meta by --dict.")
@json_option
def command(
    *,
    cid: Cid,
    tags: frozenset[str],
    parts: tuple[Mapping[str, Any], ...],
    unset: tuple[str, ...],
    substitute: bool,
    as_json: bool,
) -> None:
    """Change the meta of a component."""
    from ck_core.cli.console import ConsoleReporter
    from ck_core.cli.listing import print_done
    from ck_core.cli.types import combined
    from ck_core.workspace.workspace import Workspace

    changes = {**combined(parts), **({"tags": sorted(tags)} if tags else {})}
    workspace = Workspace(ConsoleReporter())
    updated = workspace.update(cid, changes, replace_all=substitute, unset=unset)
    print_done("updated", updated, as_json=as_json)

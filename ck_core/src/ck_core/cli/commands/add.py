"""ckp add KIND:NAME"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.cli.types import MetaType, TagsType
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="add")
@cid_argument
@click.option("--tags", type=TagsType(), default=frozenset(), help="Its tags (a,b).")
@click.option(
    "--dict", "parts", type=MetaType(), multiple=True, help="Its meta, as JSON or --dict.KEY=VALUE."
)
@click.option("--data-name", default="", metavar="TEXT", help="Its title.")
@click.option("--data-uid", default="", metavar="UID", help="Its UID; a new one by default.")
@click.option("--path", type=click.Path(path_type=Path), help="For a repository: its directory.")
@click.option("--quiet", is_flag=True, help="Kept from CK; ckp add never asks.")
@json_option
def command(
    *,
    cid: Cid,
    tags: frozenset[str],
    parts: tuple[Mapping[str, Any], ...],
    data_name: str,
    data_uid: str,
    path: Path | None,
    quiet: bool,  # noqa: ARG001  # see its help
    as_json: bool,
) -> None:
    """Add a component, or a repository (repo:NAME).

    It goes to the repository that is named (REPO:KIND:NAME), else to local.
    """
    from ck_core.cli.console import ConsoleReporter
    from ck_core.cli.listing import print_done
    from ck_core.cli.types import combined
    from ck_core.workspace.repositories import Repositories
    from ck_core.workspace.workspace import REPO, Workspace

    workspace = Workspace(ConsoleReporter())
    if cid.kind == REPO:
        added = Repositories(workspace).add(cid.name, path)
    else:
        added = workspace.add(
            cid, combined(parts), tags=sorted(tags), uid=data_uid, title=data_name
        )
    print_done("added", added, as_json=as_json)

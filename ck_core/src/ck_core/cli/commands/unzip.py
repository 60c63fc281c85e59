"""ckp unzip repo:NAME --zip=FILE"""

from __future__ import annotations

from pathlib import Path

import click

from ck_core.cli.arguments import cid_argument, json_option, repository_alias
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="unzip")
@cid_argument
@click.option(
    "--zip",
    "archive",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    metavar="FILE",
)
@json_option
def command(*, cid: Cid, archive: Path, as_json: bool) -> None:
    """Unpack an archive as a new repository.

    An unsafe one is refused before anything is written.
    """
    from ck_core.cli.console import ConsoleReporter
    from ck_core.cli.listing import print_done
    from ck_core.workspace.repositories import Repositories
    from ck_core.workspace.workspace import Workspace

    alias = repository_alias(cid, "unzip")
    added = Repositories(Workspace(ConsoleReporter())).unzip(alias, archive)
    print_done("unpacked", added, as_json=as_json)

"""ckp zip repo:NAME"""

from __future__ import annotations

from pathlib import Path

import click

from ck_core.cli.arguments import cid_argument, json_option, repository_alias
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="zip")
@cid_argument
@click.option(
    "--archive-name",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The archive; ckr-NAME.zip by default.",
)
@click.option("--overwrite", is_flag=True, help="Replace an archive that is there.")
@json_option
def command(*, cid: Cid, archive_name: Path | None, overwrite: bool, as_json: bool) -> None:
    """Pack a repository into an archive that ckp unzip and CK take."""
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.errors import UsageError
    from ck_core.workspace.repositories import Repositories
    from ck_core.workspace.workspace import Workspace

    alias = repository_alias(cid, "zip")
    archive = archive_name or Path(f"ckr-{alias}.zip")
    if archive.exists() and not overwrite:
        raise UsageError(f"{archive} is there already", hint="--overwrite replaces it")
    count = Repositories(Workspace(ConsoleReporter())).zip(alias, archive)
    if as_json:
        print_json({"repo": alias, "archive": str(archive.absolute()), "files": count})
    else:
        click.echo(f"{archive}: {count} files of repo:{alias}")

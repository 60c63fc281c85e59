"""ckp uninstall env:UID"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option, tags_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="uninstall")
@cid_argument
@tags_option
@click.option("--all", "every", is_flag=True, help="Everything that is meant, not only one.")
@json_option
def command(*, cid: Cid, tags: frozenset[str], every: bool, as_json: bool) -> None:
    """Remove what ckp installed: its directory and its entry.

    ckp uninstall env:UID, env --tags=lib,zlib, or package:NAME. What was found on the
    machine is never touched; ckp rm env:UID forgets it.
    """
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.workspace.shapes import uninstalled_json
    from ck_core.workspace.uninstalling import uninstall
    from ck_core.workspace.workspace import Workspace

    reporter = ConsoleReporter()
    removed = uninstall(cid, tags, Workspace(reporter).context, every=every)
    for one in removed:
        if one.needed_by:
            makers = ", ".join(one.needed_by)
            reporter.warn(f"{makers} was made with {one.installation.label}, which is gone now")
        if not one.installation.path.is_relative_to(one.directory):
            reporter.note(f"{one.installation.path} stays: it is this system's")
    if as_json:
        print_json([{**uninstalled_json(one), "label": one.installation.label} for one in removed])
    else:
        lines = (f"uninstalled {one.installation.label}  {one.directory}" for one in removed)
        click.echo("\n".join(lines))

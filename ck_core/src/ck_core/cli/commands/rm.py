"""ckp rm KIND:NAME..."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ck_core.cli.arguments import cids_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid

if TYPE_CHECKING:
    from ck_core.domain.component import Component


@click.command(cls=CkpCommand, name="rm")
@cids_argument
@click.option("--all", "every", is_flag=True, help="Everything that a pattern matches.")
@click.option("--files", is_flag=True, help="For a repository: its files as well.")
@click.option("-f", "--force", is_flag=True, help="Kept from CK; ckp rm never asks.")
@json_option
def command(
    *,
    cids: tuple[Cid, ...],
    every: bool,
    files: bool,
    force: bool,  # noqa: ARG001  # see its help
    as_json: bool,
) -> None:
    """Remove components, or forget a repository (repo:NAME).

    A pattern needs --all: without it ckp says what it matches and removes nothing. The files
    of a repository stay unless --files is given.
    """
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.cli.listing import chosen
    from ck_core.workspace.repositories import Repositories
    from ck_core.workspace.workspace import REPO, Workspace

    workspace = Workspace(ConsoleReporter())
    repositories = Repositories(workspace)
    aliases = [repositories.check_removable(cid.name) for cid in cids if cid.kind == REPO]
    found = chosen(workspace, [cid for cid in cids if cid.kind != REPO], every=every)
    for one in found:
        _tell_of_files(one)
    workspace.remove(*(Cid(one.kind, one.alias, one.repository) for one in found))
    for alias in aliases:
        repositories.remove(alias, files=files)
    removed = [*(one.full_cid for one in found), *(f"{REPO}:{alias}" for alias in aliases)]
    if as_json:
        print_json(removed)
    else:
        click.echo("\n".join(f"removed {cid}" for cid in removed))


def _tell_of_files(component: Component) -> None:
    """What an installation's entry leads to stays."""
    from ck_core.cli.console import ConsoleReporter

    place = component.values.get("install_location") if component.kind == "env" else ""
    if place:
        ConsoleReporter().note(
            f"the files of {component.cid} stay in {place}; "
            f"ckp uninstall {component.cid} removes them"
        )

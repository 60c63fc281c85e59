"""ckp pull [repo[:NAME]] [--url=...]"""

from __future__ import annotations

import click

from ck_core.cli.arguments import json_option, optional_cids_argument
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="pull")
@optional_cids_argument
@click.option("--url", metavar="URL|PATH", help="A git repository, or a folder.")
@click.option("--branch", default="", help="Stay on this branch.")
@click.option("--tag", default="", help="Stay at this tag.")
@click.option("--commit", default="", help="Stay at this commit.")
@click.option("--all", "every", is_flag=True, help="Update each repository (as without NAME).")
@click.option("--quiet", is_flag=True, help="Kept from CK; ckp pull never asks.")
@json_option
def command(
    *,
    cids: tuple[Cid, ...],
    url: str | None,
    branch: str,
    tag: str,
    commit: str,
    every: bool,
    quiet: bool,  # noqa: ARG001  # see its help
    as_json: bool,
) -> None:
    """Get or update repositories, with what they depend on.

    ckp pull repo --url=https://host/owner/name.git clones and registers it; ckp pull
    repo:NAME updates one; ckp pull updates all. Nothing of a repository is executed.
    """
    from dataclasses import asdict

    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.cli.pulling import check_pulled, print_pulled, pull
    from ck_core.domain.pin import Pin

    pin = Pin(branch=branch, tag=tag, commit=commit)
    pulled = pull(ConsoleReporter(), cids, url, pin, every=every)
    if as_json:
        print_json(asdict(pulled))
    else:
        print_pulled(pulled)
    check_pulled(pulled)

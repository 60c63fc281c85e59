"""ckp install package:NAME"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ck_core.cli.arguments import (
    cid_argument,
    deps_options,
    json_option,
    quiet_option,
    tags_option,
    target_option,
)
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid

if TYPE_CHECKING:
    from ck_core.cli.options_of import Pairs


@click.command(cls=CkpCommand, name="install")
@cid_argument
@tags_option
@deps_options
@target_option
@click.option("--yes", is_flag=True, help="Let a package manager change this system.")
@quiet_option
@json_option
def command(
    *,
    cid: Cid,
    tags: frozenset[str],
    deps: Pairs,
    dep_tags: Pairs,
    target: str,
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Install a package, into a directory of its own.

    ckp install package:NAME, or the best that fits: ckp install package --tags=lib,zlib.
    What a program needs is installed by ckp run as well.
    """
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.cli.options_of import target_of, wished_tags_of, wishes_of
    from ck_core.domain.options import ResolvePolicy
    from ck_core.workspace.installations import Installations
    from ck_core.workspace.shapes import installation_json
    from ck_core.workspace.workspace import Workspace

    workspace = Workspace(ConsoleReporter(quiet=quiet), target_of(target))
    installed = Installations(workspace).install(
        cid,
        tags,
        wishes=wishes_of(deps),
        wished_tags=wished_tags_of(dep_tags),
        policy=ResolvePolicy(allowed_system=yes),
    )
    if as_json:
        print_json(installation_json(installed))
    else:
        place = installed.directory or installed.path
        click.echo(f"{installed.label} is installed: env:{installed.uid}  {place}")

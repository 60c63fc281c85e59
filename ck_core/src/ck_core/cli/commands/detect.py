"""ckp detect soft[:NAME] --tags=... ; ckp detect platform ; ckp detect cid"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option, tags_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="detect")
@cid_argument
@tags_option
@json_option
def command(*, cid: Cid, tags: frozenset[str], as_json: bool) -> None:
    """Look at the machine and record what is found.

    ckp detect soft --tags=compiler,gcc asks every plugin for software; ckp detect
    soft:compiler.llvm asks for what that component describes. ckp detect platform shows
    the machine itself, and what makes timing on it unstable. ckp detect cid says which
    component the current directory belongs to.
    """
    from ck_core.cli.console import print_json
    from ck_core.cli.environments import detect_soft, print_installations
    from ck_core.cli.listing import component_here
    from ck_core.cli.platform_report import show_platform

    if cid.kind == "platform":
        show_platform(cid, tags, as_json=as_json)
        return
    if cid.kind != "cid":
        print_installations(detect_soft(cid, tags), as_json=as_json)
        return
    here = component_here()
    if as_json:
        print_json(here.as_json())
    else:
        click.echo(f"{here.repository}:{here.cid}")

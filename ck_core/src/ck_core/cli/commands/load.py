"""ckp load KIND:NAME"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="load")
@cid_argument
@json_option
def command(*, cid: Cid, as_json: bool) -> None:
    """Print the meta of a component as JSON."""
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.cli.listing import component_json
    from ck_core.context import Context

    component = Context(ConsoleReporter()).store.get(cid)
    if as_json:
        print_json({**component_json(component), "meta": component.values})
    else:
        print_json(component.values)

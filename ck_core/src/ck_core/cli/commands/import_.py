"""ckp import experiment:NAME SOURCE"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="import")
@cid_argument
@click.argument("source", metavar="SOURCE")
@click.option(
    "--from",
    "kind",
    type=click.Choice(("ck", "json")),
    help="What SOURCE is; by its name where nothing is said.",
)
@json_option
def command(*, cid: Cid, source: str, kind: str | None, as_json: bool) -> None:
    """Add points from elsewhere to an experiment, which is made where there is none.

    SOURCE is a file that ckp export --to json wrote, or an experiment of CK's: its name or
    its directory. Points that are there already are left out.
    """
    from ck_core.cli.experiment_transfer import import_

    import_(cid, source, kind or "", as_json=as_json)

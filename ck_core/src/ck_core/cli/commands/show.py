"""ckp show env --tags=..., ckp show experiment:NAME"""

from __future__ import annotations

from typing import Any

import click

from ck_core.cli.arguments import cid_argument, json_option, tags_option
from ck_core.cli.experiment_options import NamesType, filter_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid
from ck_core.errors import UsageError


@click.command(cls=CkpCommand, name="show")
@cid_argument
@tags_option
@filter_option
@click.option("--sort", default="", metavar="NAME", help="By this value; -NAME: largest first.")
@click.option("--columns", type=NamesType(), default=(), help="Which values (a,b).")
@click.option(
    "--last", type=click.IntRange(min=1), metavar="N", help="How many points; 50 in a table."
)
@click.option("--point", default="", metavar="UID", help="All of one point (its first digits do).")
@click.option("--names", is_flag=True, help="The names that filters and columns know.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of a table.")
@json_option
def command(*, cid: Cid, tags: frozenset[str], as_json: bool, **options: Any) -> None:
    """Show installations (env), an experiment's points, or components of another kind.

    ckp show env lists what was found or installed; ckp show env:UID says all of one.
    ckp show program:NAME lists its commands, what they need, and its own options.
    ckp show experiment:NAME lists its points, the newest last: those columns that differ and
    have room.
    """
    from ck_core.cli.environments import show_environments
    from ck_core.cli.listing import print_components
    from ck_core.domain.query import Query

    if cid.kind == "experiment" and not cid.is_pattern:
        from ck_core.cli.experiment_table import ShowOptions, show_experiment

        if tags:
            raise UsageError(
                "--tags chooses components, not the points of one experiment",
                hint=f"ckp ls experiment --tags={','.join(sorted(tags))}; --filter chooses points",
            )
        show_experiment(cid, ShowOptions(as_json=as_json, **options))
        return
    if any(options.values()):
        raise UsageError(
            "--filter, --sort, --columns and the like are for the points of one experiment",
            hint="ckp show experiment:NAME; ckp ls experiment lists them",
        )
    if cid.kind == "env":
        show_environments(cid, tags, as_json=as_json)
    elif cid.kind == "program" and not cid.is_pattern and not tags:
        from ck_core.cli.program_table import show_program

        show_program(cid, as_json=as_json)
    else:
        print_components([Query(cid=cid, tags=tags)], as_json=as_json)

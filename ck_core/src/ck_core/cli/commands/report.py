"""ckp report experiment:NAME -o report.html"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ck_core.cli.arguments import cid_argument
from ck_core.cli.experiment_options import NamesType, baseline_option, filter_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="report")
@cid_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The page, - prints it; EXPERIMENT.html by default.",
)
@click.option("--title", default="", help="What stands on top; the experiment's title.")
@click.option("--metric", default="", help="What the pictures show; time by default.")
@click.option("--maximize", type=NamesType(), default=(), help="Metrics: more is better (a,b).")
@click.option(
    "--objectives", type=NamesType(), default=(), help="Of the Pareto picture; wall_s,size_bytes."
)
@filter_option
@baseline_option
def command(*, cid: Cid, **options: Any) -> None:
    """Write a page about an experiment that opens anywhere, without a network.

    What was run, on what and with which versions; pictures, tables, and how to replay it.
    """
    from ck_core.cli.experiment_pictures import PictureOptions, report

    report(cid, PictureOptions(**options))

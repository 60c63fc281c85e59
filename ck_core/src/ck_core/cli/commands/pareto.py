"""ckp pareto experiment:NAME --minimize wall_s,size_bytes"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.experiment_options import NamesType, filter_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="pareto")
@cid_argument
@click.option("--minimize", type=NamesType(), default=(), help="Less of these is better (a,b).")
@click.option("--maximize", type=NamesType(), default=(), help="More of these is better.")
@click.option(
    "--constraint", multiple=True, metavar="LIMIT", help="E.g. 'peak_memory_bytes<1e8'; several."
)
@filter_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A picture: .png, .svg or .html; - prints SVG and no table.",
)
@json_option
def command(*, cid: Cid, **options: Any) -> None:
    """Show which points nothing else beats in every objective.

    A point is dominated only if the intervals say so: by one that is better even with both at
    the ends that speak against it.

    Of a search for several objectives (ckp autotune) these are meant where none are named, and
    its last runs are compared, as it told them itself; --filter compares other points.
    """
    from ck_core.cli.experiment_pareto import ParetoOptions, show_frontier

    show_frontier(cid, ParetoOptions(**options))

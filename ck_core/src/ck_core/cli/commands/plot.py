"""ckp plot experiment:NAME --kind distribution -o picture.png"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ck_core.cli.arguments import cid_argument
from ck_core.cli.experiment_options import NamesType, baseline_option, filter_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid

_KINDS = ("distribution", "bars", "pareto", "speedup", "convergence", "order")


@click.command(cls=CkpCommand, name="plot")
@cid_argument
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    default="bars",
    show_default=True,
    help="Every repetition, medians, two objectives, ratios over a baseline, trials of a "
    "tuning, or the order of runs.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to: .png, .svg or .html, - prints SVG; EXPERIMENT-KIND.png by default.",
)
@click.option("--metric", default="", help="What is drawn; time by default.")
@click.option("--maximize", type=NamesType(), default=(), help="Metrics: more is better (a,b).")
@click.option(
    "--objectives", type=NamesType(), default=(), help="Of a Pareto picture; wall_s,size_bytes."
)
@filter_option
@baseline_option
def command(*, cid: Cid, kind: str, **options: Any) -> None:
    """Draw the points of an experiment, one picture for each program, command and dataset."""
    from ck_core.cli.experiment_pictures import PictureOptions, draw

    draw(cid, kind, PictureOptions(**options))

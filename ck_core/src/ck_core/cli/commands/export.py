"""ckp export experiment:NAME --to csv"""

from __future__ import annotations

import click

from ck_core.cli.arguments import cid_argument, json_option
from ck_core.cli.experiment_options import filter_option
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="export")
@cid_argument
@click.option(
    "--to",
    type=click.Choice(("csv", "json", "parquet", "mlflow", "ck")),
    required=True,
    help="The format; json alone is whole and can be imported again.",
)
@click.option(
    "-o",
    "--output",
    default="",
    metavar="PLACE",
    help="A file, NAME.csv and the like where nothing is said, - prints csv and json; for ck the "
    "new experiment, NAME-ck; for mlflow its tracking URI.",
)
@filter_option
@json_option
def command(*, cid: Cid, to: str, output: str, condition: str, as_json: bool) -> None:
    """Write the points of an experiment for other programs.

    csv and parquet have a row a point and a column a value. mlflow gets a run a point, by its
    own client; what is there already is left out. ck is an entry that CK itself reads.
    """
    from ck_core.cli.experiment_transfer import ExportOptions, export

    options = ExportOptions(to=to, output=output, condition=condition, as_json=as_json)
    export(cid, options)

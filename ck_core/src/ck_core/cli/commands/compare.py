"""ckp compare experiment:X#UID experiment:X#UID"""

from __future__ import annotations

from typing import Any

import click

from ck_core.cli.arguments import json_option
from ck_core.cli.experiment_options import (
    filter_option,
    maximize_option,
    metric_option,
    reporter_for,
)
from ck_core.cli.grammar import CkpCommand


@click.command(cls=CkpCommand, name="compare")
@click.argument("names", nargs=-1, required=True, metavar="experiment:NAME[#WHICH]...")
@click.option("--by", default="", metavar="NAME", help="Set the values of a choice side by side.")
@click.option("--baseline", default="", metavar="VALUE", help="With --by: beside which value.")
@filter_option
@metric_option
@maximize_option
@json_option
def command(*, names: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Say which of two is faster, by how much, and how sure that is.

    WHICH is the beginning of a point's UID, or a condition: 'experiment:x#flags=-O2'. Of
    several points those with the same other choices are compared. Points that were measured in
    turn are compared block by block. A difference that noise could make is called undecided.
    """
    from ck_core.cli.console import print_json
    from ck_core.cli.experiment_comparison import print_answers
    from ck_core.context import Context
    from ck_core.experiments.comparing.comparison_json import answer_json
    from ck_core.experiments.comparing.sides import CompareOptions, answers_of

    answers = answers_of(names, CompareOptions(**options), Context(reporter_for(as_json=as_json)))
    if as_json:
        print_json([answer_json(one) for one in answers])
    else:
        print_answers(answers)

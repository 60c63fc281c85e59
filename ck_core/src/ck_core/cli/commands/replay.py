"""ckp replay experiment:NAME"""

from __future__ import annotations

from typing import Any

import click

from ck_core.cli.arguments import (
    cid_argument,
    json_option,
    policy_options,
    quiet_option,
    repetition_options,
)
from ck_core.cli.grammar import CkpCommand
from ck_core.cli.types import SecondsType
from ck_core.cli.variant_types import PrecisionType
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="replay")
@cid_argument
@click.option("--point", multiple=True, metavar="UID,UID", help="Only these; may be given again.")
@click.option("--last", is_flag=True, help="Only the last session.")
@click.option(
    "--tolerance",
    type=PrecisionType(),
    default="3%",
    show_default=True,
    help="A change within this share counts as none.",
)
@click.option("--metrics", default="", metavar="A,B", help="Those that decide.")
@click.option(
    "--repeat", type=click.IntRange(1, 100_000), help="Repetitions; as many as recorded by default."
)
@click.option(
    "--precision",
    type=PrecisionType(),
    help="Instead: until the median's 95 % interval lies within this share of it.",
)
@click.option(
    "--max-time",
    type=SecondsType(),
    default=60.0,
    show_default=True,
    help="With --precision: seconds for the repetitions of one point.",
)
@repetition_options
@click.option("--record", is_flag=True, help="Keep each replay as a point of the experiment.")
@click.option("--trust", is_flag=True, help="Also points whose flags or variables may run things.")
@policy_options
@quiet_option
@json_option
def command(*, cid: Cid, quiet: bool, as_json: bool, **choices: Any) -> None:
    """Build and run again what was recorded, and tell whether it is reproduced.

    With the recorded tools, flags, dataset and variables, or the nearest there are. Each metric
    is reproduced, changed, or open; of a change the likeliest cause comes first. A point whose
    flags or variables may run other programs is replayed with --trust only. The exit code is
    0 where all is reproduced, 13 where something changed, 14 where nobody can tell.
    """
    from ck_core.cli.options_of import context_of
    from ck_core.cli.replay_options import replay_options_of
    from ck_core.cli.replay_report import error_of, show_replays
    from ck_core.experiments.replay.replay_points import find_experiment
    from ck_core.experiments.replay.replaying import replay

    context = context_of(target="", quiet=quiet)
    experiment = find_experiment(cid, context)
    options = replay_options_of(experiment, **choices)
    replays = show_replays(replay(experiment, options, context), as_json=as_json)
    if error := error_of(experiment, replays):
        raise error

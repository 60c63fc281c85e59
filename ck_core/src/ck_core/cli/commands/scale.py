"""ckp scale program:NAME --tasks 1,2,4,8"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ck_core.cli.commands.benchmark import command as benchmark_command
from ck_core.cli.own_options import ProgramCommand
from ck_core.cli.variant_types import CountsType
from ck_core.domain.cid import Cid


@click.command(cls=ProgramCommand, name="scale")
@click.option(
    "--tasks",
    type=CountsType(),
    default=(1,),
    metavar="A,B",
    help="Numbers of tasks: ranks of an MPI program. 1 if left out.",
)
@click.option("--threads", type=CountsType(), metavar="A,B", help="Numbers of threads of each.")
@click.option(
    "--weak",
    is_flag=True,
    help="Each task has as much work as one alone; for programs with an option 'scaling'.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="The picture (.png, .svg, .html) or the table (.csv) as a file; may be given again.",
)
def command(*, cid: Cid, quiet: bool, as_json: bool, **choices: Any) -> None:
    """Measure a program on more and more tasks and threads: speed-up and efficiency.

    Strong scaling gives all the same work, weak scaling (--weak) each task as much as one alone.
    All are measured in random blocks and judged by the program's own time, beside the fewest
    tasks and threads. Several tasks are started by mpirun, or by another --launcher, which
    --launcher.KEY=VALUE tells more. With several compilers, flags or values of the program's own
    options there is a line for each; all is as ckp benchmark takes it.
    """
    from ck_core.cli.benchmark_options import benchmark_options_of
    from ck_core.cli.options_of import context_of
    from ck_core.cli.scaling_options import benchmark_choices, scaling_of, table_of
    from ck_core.cli.scaling_report import check_outputs, show_scaling
    from ck_core.experiments.measuring.benchmark import benchmark

    outputs = choices.pop("outputs")
    check_outputs(outputs)
    scaling = scaling_of(weak=choices.pop("weak"))
    options = benchmark_options_of(cid, **benchmark_choices(cid, scaling, **choices))
    context = context_of(target="", quiet=quiet, lock=options.run.build.policy.lock)
    outcome = benchmark(options, context)
    table = table_of(outcome, options.run.build.program, scaling)
    show_scaling(outcome, table, outputs, as_json=as_json)
    if outcome.problem:
        raise outcome.problem
    if outcome.interrupted:
        raise KeyboardInterrupt
    if outcome.failure:
        raise outcome.failure


command.params = [benchmark_command.params[0], *command.params, *benchmark_command.params[1:]]

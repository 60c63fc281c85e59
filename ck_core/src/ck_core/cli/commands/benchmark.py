"""ckp benchmark program:NAME"""

from __future__ import annotations

from typing import Any

import click

from ck_core.cli.arguments import (
    cid_argument,
    deps_options,
    json_option,
    lock_options,
    pgo_option,
    policy_options,
    program_cid,
    quiet_option,
    repetition_options,
)
from ck_core.cli.launcher_options import launcher_option
from ck_core.cli.monitor_options import monitor_options
from ck_core.cli.own_options import ProgramCommand
from ck_core.cli.record_options import record_options
from ck_core.cli.types import PairType, SecondsType
from ck_core.cli.variant_types import FlagSetsType, PrecisionType, ValuesType
from ck_core.domain.cid import Cid


@click.command(cls=ProgramCommand, name="benchmark")
@cid_argument
@click.option("--compiler", type=ValuesType(), metavar="A,B", help="Compilers, NAME[@VERSION].")
@click.option(
    "--flags",
    type=FlagSetsType(),
    multiple=True,
    metavar="'A;B'",
    help="Sets of compiler flags, instead of -O3; with --speed or --size, behind it.",
)
@click.option("--dataset", "--dataset-uoa", type=ValuesType(), metavar="A,B", help="Or: all.")
@click.option("--cmd-key", type=ValuesType(), metavar="A,B", help="Commands of the program.")
@click.option(
    "--env", type=PairType("--env.OMP_NUM_THREADS=1,2"), multiple=True, help="--env.NAME=A,B"
)
@click.option("--target", type=ValuesType(), metavar="A,B", help="Machines it is built for.")
@click.option("--speed", is_flag=True, help="Optimise for speed (-O3; the default).")
@click.option("--size", is_flag=True, help="Optimise for size (-Os).")
@click.option("--rebuild", is_flag=True, help="Build even where a cached build fits.")
@pgo_option
@click.option(
    "--metric",
    help="The time they are judged by, e.g. cpu_s; else the program's own, else wall_s.",
)
@click.option(
    "--precision",
    type=PrecisionType(),
    help="Stop when the median's 95 % interval lies within this share of it (1%).",
)
@click.option(
    "--max-time",
    type=SecondsType(),
    default=60.0,
    show_default=True,
    help="Seconds for the repetitions of one variant.",
)
@click.option(
    "--max-repeat",
    type=click.IntRange(1, 100_000),
    default=10_000,
    show_default=True,
    help="Repetitions of one variant at the most.",
)
@click.option(
    "--repeat", type=click.IntRange(1, 100_000), help="Exactly so many, however long it takes."
)
@repetition_options
@click.option(
    "--calibration-time",
    type=SecondsType(),
    default=0.5,
    show_default=True,
    help="Seconds that a run shall last, by CT_REPEAT_MAIN.",
)
@click.option("--no-calibration", is_flag=True, help="Leave CT_REPEAT_MAIN as the program has it.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Of the order in which variants are run; drawn and recorded by default.",
)
@launcher_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 10_000),
    default=1,
    show_default=True,
    help="Repetitions side by side, where a launcher runs them elsewhere.",
)
@monitor_options
@record_options
@deps_options
@policy_options
@lock_options
@quiet_option
@json_option
def command(*, cid: Cid, quiet: bool, as_json: bool, **choices: Any) -> None:
    """Measure variants of a program beside each other.

    Every combination of the given values is built, then run in random blocks until the medians
    are known well enough. One variant that fails does not stop the others; ckp then exits with
    the code of the first that failed.

    The program's own options (ckp benchmark program:NAME --help) and --deps.KEY take several
    values with commas, --dep-tags.KEY several sets with ';'.
    """
    from ck_core.cli.benchmark_options import benchmark_options_of
    from ck_core.cli.benchmark_report import show_benchmark
    from ck_core.cli.options_of import context_of
    from ck_core.experiments.measuring.benchmark import benchmark

    options = benchmark_options_of(program_cid(cid, "benchmark"), **choices)
    context = context_of(target="", quiet=quiet, lock=options.run.build.policy.lock)
    outcome = benchmark(options, context)
    show_benchmark(outcome, as_json=as_json)
    if outcome.problem:
        raise outcome.problem
    if outcome.interrupted:
        raise KeyboardInterrupt
    if outcome.failure:
        raise outcome.failure

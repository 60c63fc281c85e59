"""ckp run program:NAME"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from ck_core.cli.arguments import (
    build_options,
    cid_argument,
    json_option,
    pgo_option,
    program_cid,
    repetition_options,
)
from ck_core.cli.launcher_options import launcher_option
from ck_core.cli.monitor_options import monitor_options
from ck_core.cli.own_options import ProgramCommand
from ck_core.cli.record_options import record_options
from ck_core.cli.types import PairType
from ck_core.domain.cid import Cid


@click.command(cls=ProgramCommand, name="run")
@cid_argument
@click.option("--cmd-key", default="", metavar="KEY", help="Which command of the program.")
@click.option(
    "--dataset", "--dataset-uoa", default="", metavar="NAME", help="Which dataset to run on."
)
@click.option("--env", type=PairType(), multiple=True, help="--env.NAME=VALUE for the program.")
@click.option(
    "--repeat",
    type=click.IntRange(1, 100_000),
    default=10,
    show_default=True,
    help="How often it is run and measured.",
)
@repetition_options
@click.option(
    "--record-reference", is_flag=True, help="Keep this output as the reference (your components)."
)
@launcher_option
@monitor_options
@record_options
@build_options
@pgo_option
@json_option
def command(
    *,
    cid: Cid,
    target: str,
    quiet: bool,
    as_json: bool,
    record: bool,
    record_uoa: str,
    tags: frozenset[str],
    monitor: tuple[str, ...],
    pin: str,
    own: Mapping[str, str],
    **choices: Any,
) -> None:
    """Build a program, run it, check its output and measure it.

    What is missing is installed; a build that fits is reused. Times are medians with an
    interval; they come with exit code 10 when the output is wrong.

    ckp run program:NAME --help lists the program's own options as well. ckp run solution:NAME
    runs the commands of a ready-made workflow.
    """
    from ck_core.cli.console import print_json, print_table
    from ck_core.cli.monitor_options import monitors_of
    from ck_core.cli.options_of import context_of, run_options_of
    from ck_core.cli.record_options import record_of, recorded_rows
    from ck_core.cli.report import run_rows
    from ck_core.errors import WrongOutputError
    from ck_core.experiments.measuring.pinned import pinned_run
    from ck_core.pipeline import run_program
    from ck_core.stages.own_options import with_own_options
    from ck_core.workspace.shapes import run_json

    if cid.kind == "solution" and not cid.is_pattern:
        from ck_core.cli.solution_run import check_only_own, run_solution

        check_only_own()
        context = context_of(target="", quiet=quiet)
        run_solution(cid, own, context, quiet=quiet, as_json=as_json)
        return
    options = run_options_of(program_cid(cid, "run"), **choices)
    context = context_of(target=target, quiet=quiet, lock=options.build.policy.lock)
    options = with_own_options(options, own, context)
    options, cpus = pinned_run(replace(options, monitors=monitors_of(monitor)), pin)
    if cpus.note:
        context.reporter.note(cpus.note)
    kept = None
    if asked := record_of(record_uoa, tags, record=record):
        from ck_core.experiments.recording.recorded_run import recorded_run

        outcome, kept = recorded_run(options, asked, context)
    else:
        outcome = run_program(options, context)
    if as_json:
        print_json({**run_json(outcome), **({"experiment": kept.full_cid} if kept else {})})
    else:
        print_table(("run", "result"), [*run_rows(outcome), *recorded_rows(kept)])
    if outcome.correct is False:
        raise WrongOutputError(
            f"{cid} gave a wrong result: {outcome.metrics['correct'].detail}",
            hint=f"ckp run {cid} --flags=-O0 tells whether optimisation is to blame; "
            f"ckp load {cid} shows which outputs are checked",
        )

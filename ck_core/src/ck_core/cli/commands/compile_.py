"""ckp compile program:NAME"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ck_core.cli.arguments import build_options, cid_argument, json_option, program_cid
from ck_core.cli.own_options import ProgramCommand
from ck_core.domain.cid import Cid


@click.command(cls=ProgramCommand, name="compile")
@cid_argument
@build_options
@json_option
def command(
    *,
    cid: Cid,
    target: str,
    quiet: bool,
    as_json: bool,
    own: Mapping[str, str],
    **choices: Any,
) -> None:
    """Build a program; the binary stays in the build cache.

    With options of the program's own everything that a command needs to run is found or
    installed as well.
    """
    from ck_core.cli.console import print_json, print_table
    from ck_core.cli.options_of import build_options_of, context_of
    from ck_core.cli.report import build_rows
    from ck_core.pipeline import build_with_own_options
    from ck_core.workspace.shapes import build_json

    options = build_options_of(program_cid(cid, "compile"), **choices)
    context = context_of(target=target, quiet=quiet, lock=options.policy.lock)
    outcome = build_with_own_options(options, own, context)
    if as_json:
        print_json(build_json(outcome))
        return
    rows = [*build_rows(outcome), ("binary", str(outcome.build.artifact or "none needed"))]
    print_table(("build", "result"), rows)

"""ckp autotune program:NAME --list"""

from __future__ import annotations

from typing import Any

import click

from ck_core.cli.arguments import cid_argument, json_option, program_cid, resolve_options
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="autotune")
@cid_argument
@click.option("--list", "list_only", is_flag=True, help="Show what may be varied, and stop.")
@resolve_options
@json_option
def command(
    *, cid: Cid, list_only: bool, target: str, quiet: bool, as_json: bool, **choices: Any
) -> None:
    """List what plugins offer to vary in a program.

    A compiler's own flags are read from the compiler, tried, and kept per version.
    """
    from dataclasses import asdict

    from ck_core.cli.console import ConsoleReporter, print_json, print_table
    from ck_core.cli.options_of import build_options_of, context_of
    from ck_core.errors import UsageError
    from ck_core.pipeline import tuning_parameters

    cid = program_cid(cid, "autotune")
    if not list_only:
        raise UsageError(
            "ckp autotune cannot search yet", hint=f"ckp autotune {cid} --list shows the parameters"
        )
    options = build_options_of(cid, **choices)
    found = tuning_parameters(options, context_of(target=target, quiet=quiet))
    if as_json:
        print_json([asdict(parameter) for parameter in found])
        return
    rows = [(one.name, " | ".join(v or "default" for v in one.values)) for one in found]
    print_table(("parameter", "values"), rows)
    if not rows:
        ConsoleReporter().note("no plugin offers to vary anything here")

"""ckp features program:NAME"""

from __future__ import annotations

from typing import Any

import click

from ck_core.cli.arguments import cid_argument, json_option, program_cid, resolve_options
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="features")
@cid_argument
@resolve_options
@json_option
def command(*, cid: Cid, target: str, quiet: bool, as_json: bool, **choices: Any) -> None:
    """Show static features of a program, from its compiler's intermediate code.

    Instructions, control flow, loops and calls: by these, programs are found alike. The program
    is compiled, not run.
    """
    from ck_core.cli.console import print_json, print_table
    from ck_core.cli.options_of import build_options_of, context_of
    from ck_core.pipeline import features_session
    from ck_core.tuning.program_features import features_compiler, program_features

    options = build_options_of(program_cid(cid, "features"), **choices)
    context = context_of(target=target, quiet=quiet)
    session = features_session(options, context)
    compiler = features_compiler(session).label
    found = program_features(session, options, context)
    if as_json:
        program = session.program.component.full_cid
        print_json({"program": program, "compiler": compiler, "features": dict(found)})
        return
    print_table((f"with {compiler}", "value"), [(name, f"{n:.5g}") for name, n in found.items()])

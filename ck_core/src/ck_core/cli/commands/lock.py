"""ckp lock program:NAME"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ck_core.cli.arguments import cid_argument, json_option, program_cid, resolve_options
from ck_core.cli.own_options import ProgramCommand
from ck_core.domain.cid import Cid


@click.command(cls=ProgramCommand, name="lock")
@cid_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The lock file; NAME.lock.json by default.",
)
@click.option("--cmd-key", default="", metavar="KEY", help="Which command of the program.")
@click.option(
    "--dataset", "--dataset-uoa", default="", metavar="NAME", help="Which dataset it runs on."
)
@resolve_options
@json_option
def command(
    *,
    cid: Cid,
    output: Path | None,
    cmd_key: str,
    dataset: str,
    target: str,
    quiet: bool,
    as_json: bool,
    own: Mapping[str, str],
    **choices: Any,
) -> None:
    """Write down exactly what a program is built and run with.

    ckp run program:NAME --locked takes the same, here or on another machine, or refuses.
    """
    from ck_core.cli.console import print_json
    from ck_core.cli.options_of import build_options_of, context_of
    from ck_core.domain.lock import lock_file_name
    from ck_core.domain.options import RunOptions
    from ck_core.pipeline import lock_program
    from ck_core.stages.own_options import with_own_options
    from ck_core.store.lock_files import write_lock

    build = build_options_of(program_cid(cid, "lock"), **choices)
    options = RunOptions(build=build, command_key=cmd_key, dataset=dataset)
    context = context_of(target=target, quiet=quiet)
    lock = lock_program(with_own_options(options, own, context), context)
    file = output or Path(lock_file_name(cid))
    write_lock(lock, file)
    if as_json:
        print_json(lock.as_json())
        return
    held = ", ".join(f"{key} {one.label}" for key, one in lock.resolved.items())
    click.echo(f"locked {cid} for {lock.target.name} in {file}: {held or 'it needs nothing'}")

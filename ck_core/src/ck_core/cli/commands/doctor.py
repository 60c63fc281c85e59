"""ckp doctor"""

from __future__ import annotations

import click

from ck_core.cli.arguments import json_option
from ck_core.cli.grammar import CkpCommand


@click.command(cls=CkpCommand, name="doctor")
@json_option
def command(*, as_json: bool) -> None:
    """Mend what an interruption left in your repositories.

    What is broken otherwise is named and left alone.
    """
    from dataclasses import asdict

    from ck_core.cli.console import ConsoleReporter, print_json, printable
    from ck_core.errors import BadComponentError
    from ck_core.workspace.workspace import Workspace

    findings = Workspace(ConsoleReporter()).mend()
    if as_json:
        print_json([asdict(one) for one in findings])
    for one in [] if as_json else findings:
        click.echo(printable(f"{'mended' if one.mended else 'BROKEN'}  {one.path}: {one.what}"))
    if not findings and not as_json:
        click.echo("nothing to mend")
    broken = [one for one in findings if not one.mended]
    if broken:
        raise BadComponentError(
            f"{len(broken)} components are broken", hint="correct or remove what is named above"
        )

"""ckp check [KIND:NAME...]"""

from __future__ import annotations

import click

from ck_core.cli.arguments import json_option, optional_cids_argument
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid


@click.command(cls=CkpCommand, name="check")
@optional_cids_argument
@json_option
def command(*, cids: tuple[Cid, ...], as_json: bool) -> None:
    """Check metas against the schemas of their kinds.

    Each mistake is named with file, line and key; ckp then exits with 4.
    """
    from dataclasses import asdict

    from ck_core.cli.console import ConsoleReporter, print_json, printable
    from ck_core.errors import BadComponentError
    from ck_core.workspace.workspace import Workspace

    workspace = Workspace(ConsoleReporter())
    mistakes = [one for cid in cids or [Cid("*")] for one in workspace.check(cid)]
    broken = len(mistakes) + len(workspace.store.problems)
    if as_json:
        print_json([asdict(one) for one in mistakes])
    else:
        lines = [printable(str(one)) for one in mistakes]
        click.echo("\n".join(lines if broken else ["no mistakes"]))
    if broken:
        raise BadComponentError(
            f"{broken} mistakes in metas",
            hint="each line names file, line and key",
        )

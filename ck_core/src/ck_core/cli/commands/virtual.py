"""ckp virtual env:UID"""

from __future__ import annotations

import click

from ck_core.cli.arguments import (
    cids_argument,
    json_option,
    policy_options,
    quiet_option,
    tags_option,
    target_option,
)
from ck_core.cli.grammar import CkpCommand
from ck_core.domain.cid import Cid

_COMMAND = "ckp.command"


class VirtualCommand(CkpCommand):
    """What stands behind ``--`` is a command of the user's, and read by nobody here."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_COMMAND] = args[end + 1 :]
        return super().parse_args(ctx, args[:end])


@click.command(cls=VirtualCommand, name="virtual")
@cids_argument
@tags_option
@click.option(
    "--tag-groups",
    default="",
    metavar="GROUPS",
    help="Several, with spaces: 'lib,zlib compiler,~gcc'.",
)
@click.option("--shell-cmd", default="", metavar="WORDS", help="Run this by sh instead.")
@target_option
@policy_options
@quiet_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    cids: tuple[Cid, ...],
    tags: frozenset[str],
    tag_groups: str,
    shell_cmd: str,
    target: str,
    no_install: bool,
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Open a shell, or run a command, with what is installed.

    ckp virtual env --tags=lib,zlib -- make: what stands behind -- is run instead of the
    shell, and its exit status is ckp's. What is missing is detected or installed.
    """
    from ck_core.cli.console import ConsoleReporter, print_json
    from ck_core.cli.options_of import target_of
    from ck_core.cli.virtual import become, chosen_installations, command_line
    from ck_core.domain.options import ResolvePolicy
    from ck_core.domain.variables import with_installations
    from ck_core.workspace.workspace import Workspace

    line = command_line(shell_cmd, ctx.meta[_COMMAND])
    reporter = ConsoleReporter(quiet=quiet)
    policy = ResolvePolicy(installs=not no_install, allowed_system=yes)
    workspace = Workspace(reporter, target_of(target))
    chosen = chosen_installations(workspace, cids, tags, tag_groups, policy)
    if as_json:
        print_json(with_installations({}, chosen))
        return
    if not line:
        reporter.note(f"a shell with {', '.join(one.label for one in chosen)}; exit leaves it")
    become(line, chosen)

"""ckp plugins [--check]"""

from __future__ import annotations

import click

from ck_core.cli.arguments import json_option
from ck_core.cli.grammar import CkpCommand


@click.command(cls=CkpCommand, name="plugins")
@click.option("--check", is_flag=True, help="Exit with 11 when any plugin is broken.")
@json_option
def command(*, check: bool, as_json: bool) -> None:
    """List plugins, what they offer, and what is broken."""
    from dataclasses import asdict

    from ck_core.cli.console import ConsoleReporter, print_json, print_table
    from ck_core.context import Context
    from ck_core.errors import PluginError

    listing = Context(ConsoleReporter()).plugins.listing()
    if as_json:
        print_json([asdict(plugin) for plugin in listing])
    else:
        rows = [
            (one.name, one.distribution, one.version, " ".join(one.hooks), _state(one))
            for one in listing
        ]
        print_table(("plugin", "distribution", "version", "hooks", "state"), rows)
    broken = [one for one in listing if one.error]
    if check and broken:
        raise PluginError(
            f"{len(broken)} of {len(listing)} plugins are broken: "
            + ", ".join(one.name for one in broken),
            hint=f"correct or upgrade {broken[0].distribution}, or leave it out: "
            f"CKP_DISABLED_PLUGINS={broken[0].name}",
        )


def _state(plugin: object) -> str:
    if getattr(plugin, "disabled", False):
        return "disabled"
    error = getattr(plugin, "error", "")
    return f"BROKEN: {error}" if error else "ok"

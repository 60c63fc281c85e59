"""ckp plugins [--check]"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ck_core.cli.arguments import json_option
from ck_core.cli.grammar import CkpCommand

if TYPE_CHECKING:
    from ck_core.plugins.loader import LoadedPlugin


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
            (one.name, one.distribution, one.version, _offers(one), _state(one)) for one in listing
        ]
        print_table(("plugin", "distribution", "version", "offers", "state"), rows)
    broken = [one for one in listing if one.error]
    if check and broken:
        raise PluginError(
            f"{len(broken)} of {len(listing)} plugins are broken: "
            + ", ".join(one.name for one in broken),
            hint=f"correct or upgrade {broken[0].distribution}, or leave it out: "
            f"CKP_DISABLED_PLUGINS={broken[0].name}",
        )


def _offers(plugin: LoadedPlugin) -> str:
    return " ".join(plugin.hooks) or ("components" if plugin.repository else "")


def _state(plugin: LoadedPlugin) -> str:
    if plugin.disabled:
        return "disabled"
    return f"BROKEN: {plugin.error}" if plugin.error else "ok"

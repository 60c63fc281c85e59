"""Pulling repositories from the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ck_core.cli.arguments import repository_alias
from ck_core.cli.console import ConsoleReporter, printable
from ck_core.context import Reporter
from ck_core.domain.cid import Cid
from ck_core.domain.pin import Pin
from ck_core.errors import InstallError, UsageError
from ck_core.store.pulling import Pulled
from ck_core.workspace.repositories import Repositories
from ck_core.workspace.workspace import Workspace


def pull(
    reporter: Reporter, cids: Sequence[Cid], url: str | None, pin: Pin, *, every: bool
) -> Pulled:
    """A new repository by its URL, those that are named, or all."""
    if url is not None and not url:
        raise UsageError("--url is empty", hint="ckp pull repo --url=URL")
    repositories = Repositories(Workspace(reporter))
    named = [repository_alias(cid, "pull") for cid in cids if cid.name != "*"]
    if url:
        return repositories.pull_url(url, named[0] if named else "", pin)
    if named and not every:
        pulled = Pulled()
        for alias in named:
            pulled.add(repositories.pull(alias, pin))
        return pulled
    if pin != Pin():
        raise UsageError(
            "a branch, tag or commit is one repository's", hint="ckp pull repo:NAME --tag=..."
        )
    return repositories.pull_all()


def print_pulled(pulled: Pulled) -> None:
    for alias in pulled.done:
        click.echo(f"pulled repo:{alias}")
    for alias, why in pulled.missing.items():
        ConsoleReporter().warn(printable(f"repo:{alias} is missing: {why}"))
    if not pulled.done and not pulled.missing and not pulled.failed:
        ConsoleReporter().note("no repository is registered; ckp pull repo --url=... gets one")


def check_pulled(pulled: Pulled) -> None:
    """Raises InstallError where something could not be updated."""
    if pulled.failed:
        lines = [f"repo:{alias}: {why}" for alias, why in pulled.failed.items()]
        raise InstallError(
            f"{len(lines)} repositories could not be updated",
            hint=f"ckp pull repo:{next(iter(pulled.failed))} says more",
            details="\n".join(lines),
        )

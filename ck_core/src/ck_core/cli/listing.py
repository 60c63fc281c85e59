"""Components as lists and tables."""

from __future__ import annotations

from typing import Any

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component


def print_names(cid: Cid, tags: frozenset[str], *, as_json: bool) -> None:
    found = find_components(cid, tags)
    if as_json:
        print_json([component_json(component) for component in found])
    else:
        click.echo("".join(f"{name}\n" for name in dict.fromkeys(c.alias for c in found)), nl=False)


def print_kinds(*, as_json: bool) -> None:
    """What ``ckp ls`` shows: the kinds there are components of."""
    kinds = Context(ConsoleReporter()).store.kinds()
    if as_json:
        print_json(kinds)
    else:
        click.echo("".join(f"{kind}\n" for kind in kinds), nl=False)


def print_components(cid: Cid, tags: frozenset[str], *, as_json: bool) -> None:
    found = find_components(cid, tags)
    if as_json:
        print_json([component_json(component) for component in found])
        return
    rows = [(one.cid, one.title, ", ".join(sorted(one.tags))) for one in found]
    print_table(("component", "name", "tags"), rows)
    if not rows:
        ConsoleReporter().note(f"no {cid} has these tags")


def find_components(cid: Cid, tags: frozenset[str]) -> list[Component]:
    """What matches; broken components are named on stderr.

    Raises:
        ComponentNotFoundError: a kind or plain name that does not exist.
    """
    context = Context(ConsoleReporter())
    found = list(context.store.search(cid, tags=tags))
    for problem in context.store.problems:
        context.reporter.warn(problem.message)
    if not found and not tags and (cid.name == "*" or not cid.is_pattern):
        raise context.store.not_found(cid)
    return found


def component_json(component: Component) -> dict[str, Any]:
    return {
        "repo": component.repository,
        "kind": component.kind,
        "name": component.alias,
        "uid": component.uid,
        "path": str(component.path),
        "title": component.title,
        "tags": sorted(component.tags),
    }

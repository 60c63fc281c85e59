"""Components as lists and tables."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.query import Query
from ck_core.errors import ComponentNotFoundError, UsageError
from ck_core.store.components import read_info
from ck_core.workspace.workspace import REPO, Workspace

_SHOWN = 8


def print_names(queries: Sequence[Query], *, as_json: bool) -> None:
    """Names alone, so that a hundred thousand are quick."""
    if as_json or any(query.cid.kind == REPO for query in queries):
        found = [one for query in queries for one in find_components(query)]
        names = [component.alias for component in found]
        if as_json:
            print_json([component.as_json() for component in found])
            return
    else:
        names = [name for query in queries for name in _names(query)]
    click.echo("".join(f"{name}\n" for name in dict.fromkeys(names)), nl=False)


def print_kinds(*, as_json: bool) -> None:
    """What ``ckp ls`` shows: the kinds there are components of."""
    kinds = Context(ConsoleReporter()).store.kinds()
    if as_json:
        print_json(kinds)
    else:
        click.echo("".join(f"{kind}\n" for kind in kinds), nl=False)


def print_components(queries: Sequence[Query], *, as_json: bool) -> None:
    found = [one for query in queries for one in find_components(query)]
    if as_json:
        print_json([component.as_json() for component in found])
        return
    several = {cid for cid, count in Counter(one.cid for one in found).items() if count > 1}
    rows = [
        (one.full_cid if one.cid in several else one.cid, one.title, ", ".join(sorted(one.tags)))
        for one in found
    ]
    print_table(("component", "name", "tags"), rows)
    if not rows:
        ConsoleReporter().note("nothing matches")


def find_components(query: Query) -> list[Component]:
    """What matches; broken components are named on stderr.

    Raises:
        ComponentNotFoundError: a kind or plain name that does not exist.
    """
    workspace = Workspace(ConsoleReporter())
    found = workspace.find_all(query)
    if not found:
        _check_name(workspace, query)
    return found


def chosen(workspace: Workspace, cids: Sequence[Cid], *, every: bool) -> list[Component]:
    """The components that are meant; what a pattern matches only where that is said.

    Raises:
        UsageError: a pattern without ``every``; it says what the pattern matches.
    """
    found = [(cid, workspace.get_all(cid)) for cid in cids]
    for cid, components in found:
        if cid.is_pattern and not every:
            names = ", ".join(one.cid for one in components[:_SHOWN])
            more = ", ..." if len(components) > _SHOWN else ""
            raise UsageError(
                f"'{cid}' matches {len(components)} components: {names}{more}",
                hint="--all means all of them",
            )
    return [component for _, components in found for component in components]


def print_done(what: str, component: Component, *, as_json: bool) -> None:
    """One line about what was done, with the place."""
    if as_json:
        print_json(component.as_json())
    else:
        click.echo(f"{what} {component.repository}:{component.cid}  {component.path}")


def info_rows(component: Component, workspace: Workspace) -> Iterator[tuple[str, str]]:
    """What is known of a component, besides its meta."""
    yield "name", component.alias
    yield "uid", component.uid or "none"
    yield "kind", component.kind
    yield "repository", component.repository
    if component.kind != REPO:
        repository = workspace.repository_of(component)
        yield "from", repository.origin
        yield "may be changed", "yes" if repository.writable else "no"
    yield "title", component.title
    yield "tags", ", ".join(sorted(component.tags))
    control = read_info(component.path).get("control")
    yield "added", str(control.get("iso_datetime", "")) if isinstance(control, dict) else ""
    yield "path", str(component.path)


def component_here() -> Component:
    """The component that the current directory belongs to.

    Raises:
        ComponentNotFoundError: it is in none.
    """
    here = Path.cwd()
    for repository in Workspace().repositories():
        place = repository.path.resolve()
        parts = here.relative_to(place).parts if here.is_relative_to(place) else ()
        if len(parts) >= 2 and (place / parts[0] / parts[1] / ".cm").is_dir():
            return repository.read(parts[0], parts[1])
    raise ComponentNotFoundError(
        f"{here} belongs to no component of a known repository",
        hint="ckp add repo:NAME --path=DIRECTORY makes a repository known",
    )


def one_or_list(cids: Sequence[Cid], values: list[Any]) -> Any:
    """One value where one name was given, else a list."""
    return values[0] if len(cids) == 1 and not cids[0].is_pattern else values


@contextmanager
def timed(show: bool) -> Iterator[None]:  # noqa: FBT001  # a switch of the user's
    """Says on stderr what the block cost."""
    began = time.perf_counter()
    yield
    if show:
        ConsoleReporter().note(f"took {time.perf_counter() - began:.3f} s")


def _names(query: Query) -> list[str]:
    reporter = ConsoleReporter()
    workspace = Workspace(reporter)
    names = workspace.store.names(query)
    for problem in workspace.store.problems:
        reporter.warn(problem.message)
    if not names:
        _check_name(workspace, query)
    return names


def _check_name(workspace: Workspace, query: Query) -> None:
    """Nothing found: is it the filters, or is there nothing of that name at all?"""
    filtered = query.tags or query.words or query.where
    if not filtered and (query.cid.name == "*" or not query.cid.is_pattern):
        raise workspace.store.not_found(query.cid)

"""Tables, JSON and progress: how ckp looks on a screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 400


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table without frames: header, rule, rows; never cut when it goes into a pipe."""
    from rich.table import Table  # noqa: PLC0415  # start-up: only who prints a table pays

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    output_console().print(table)


def output_console() -> Console:
    from rich.console import Console  # noqa: PLC0415  # as above

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, markup=False)


class ConsoleReporter:
    """Speaks on stderr, so that stdout stays the answer."""

    def note(self, text: str) -> None:
        click.echo(f"ckp: {text}", err=True)

    def warn(self, text: str) -> None:
        click.echo(f"ckp: warning: {text}", err=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """A spinner on a terminal; one line elsewhere, so that logs tell where time went."""
        if not sys.stderr.isatty():
            click.echo(f"ckp: {text} ...", err=True)
            yield
            return
        from rich.console import Console  # noqa: PLC0415  # only terminals need it

        with Console(stderr=True).status(text):
            yield

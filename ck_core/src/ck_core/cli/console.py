"""Tables, JSON and progress: how ckp looks on a screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ck_core.domain.harmless import CONTROLS, DIRECTIONS, harmless

if TYPE_CHECKING:
    from ck_core.domain.install import Progress


_WIDEST = 120
"""Letters of a cell that others of its column are aligned with."""


def print_json(value: Any) -> None:
    click.echo(json_text(value))


def json_text(value: Any) -> str:
    """On a terminal nothing in it commands one: JSON has another way to write such characters."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return text.translate(_ESCAPED) if sys.stdout.isatty() else text


_ESCAPED = {code: f"\\u{code:04x}" for code in (*CONTROLS, *DIRECTIONS) if code > 31}


def printable(text: str) -> str:
    """Texts of strangers, without what would command a terminal."""
    return harmless(text)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], whole: Collection[str] = ()
) -> None:
    """A table without frames, fitted to a terminal; in a pipe one line a row, never cut.

    In a pipe very long cells are not aligned: thousands of blanks would help nobody.

    Args:
        whole: columns that people copy, besides the first: they stay in one piece.
    """
    heads = [printable(column) for column in columns]
    cells = [[printable(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_fitted(heads, cells, {heads[0], *map(printable, whole)})
    else:
        _print_lines([heads, *cells])


def _print_lines(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _width(cell: str) -> int:
    return len(cell) if len(cell) <= _WIDEST else 0


def _print_fitted(
    columns: Sequence[str], rows: Iterable[Sequence[str]], whole: Collection[str]
) -> None:
    from rich.console import Console  # noqa: PLC0415  # start-up: only who prints a table pays
    from rich.table import Table  # noqa: PLC0415  # as above

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table)


class ConsoleReporter:
    """Speaks on stderr, so that stdout stays the answer.

    Args:
        quiet: never ask, even where somebody could answer.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._shows = False

    def note(self, text: str) -> None:
        click.echo(printable(f"ckp: {text}"), err=True)

    def warn(self, text: str) -> None:
        click.echo(printable(f"ckp: warning: {text}"), err=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """A spinner on a terminal; one line elsewhere, so that logs tell where time went."""
        if self._shows or not sys.stderr.isatty():
            self._say(text)
            yield
            return
        from rich.console import Console  # noqa: PLC0415  # only terminals need it
        from rich.text import Text  # noqa: PLC0415  # as above; brackets are no mark-up

        with self._showing(), Console(stderr=True).status(Text(printable(text))):
            yield

    @contextmanager
    def progress(self, text: str) -> Iterator[Progress]:
        """A bar on a terminal; elsewhere one line."""
        if self._shows or not sys.stderr.isatty():
            self._say(text)
            yield lambda _what, _done, _total: None
            return
        from ck_core.cli.progress import progress_bar  # noqa: PLC0415  # as above

        with self._showing(), progress_bar(text) as tell:
            yield tell

    @contextmanager
    def _showing(self) -> Iterator[None]:
        """A terminal has room for one display: what goes on inside it is not shown."""
        self._shows = True
        try:
            yield
        finally:
            self._shows = False

    def _say(self, text: str) -> None:
        if not sys.stderr.isatty():
            click.echo(printable(f"ckp: {text} ..."), err=True)

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Asks only where somebody can answer; the first is the default."""
        if self._quiet or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        click.echo(printable(f"ckp: {question}"), err=True)
        for number, option in enumerate(options):
            click.echo(printable(f"  {number}  {option}"), err=True)
        numbers = click.IntRange(0, len(options) - 1)
        return int(click.prompt("which", default=0, type=numbers, err=True))

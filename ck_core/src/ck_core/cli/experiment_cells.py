"""What stands in the cells of tables of points, and sentences below them."""

from __future__ import annotations

import shutil
import sys

import click

from ck_core.cli.console import printable
from ck_core.domain.point import Scalar


def value_text(value: Scalar | None) -> str:
    if value is None:
        return "-"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def say(text: str) -> None:
    """Sentences on stdout, in lines that a terminal has room for; in a pipe one line."""
    text = printable(text)
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
        text = click.wrap_text(text, width, preserve_paragraphs=True)
    click.echo(text)

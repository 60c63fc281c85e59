"""Keeps docs/cli.md what ``ckp --help`` says; with --write renews it, else checks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ck_core.cli.main import ckp

PAGE = Path(__file__).with_name("cli.md")


def reference() -> str:
    """Every command's help, as one page."""
    names = ["-h", "--help"]
    context = click.Context(
        ckp, info_name="ckp", max_content_width=90, terminal_width=90, help_option_names=names
    )
    parts = ["# Command reference\n", _block(context, ckp)]
    for name in ckp.list_commands(context):
        command = ckp.get_command(context, name)
        assert command is not None  # noqa: S101  # the name comes from the group itself
        inner = click.Context(command, info_name=name, parent=context, terminal_width=90)
        parts += [f"## ckp {name}\n", _block(inner, command)]
    return "\n".join(parts)


def _block(context: click.Context, command: click.Command) -> str:
    return f"```text\n{command.get_help(context)}\n```\n"


def main() -> int:
    if "--write" in sys.argv:
        PAGE.write_text(reference(), encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == reference():
        return 0
    print("docs/cli.md is not what --help says: nox -s docs -- --write", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())

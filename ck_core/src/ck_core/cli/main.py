"""The command ``ckp``: one place turns errors into exit codes."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click

from ck_core import __version__
from ck_core.cli.console import printable
from ck_core.cli.grammar import CkpGroup
from ck_core.errors import INTERRUPTED_EXIT_CODE, CkpError, StorageError

GROUP_SETTINGS = {"max_content_width": 100, "help_option_names": ["-h", "--help"]}
EPILOG = "Documented exit codes, examples and the plugin guide are in the docs folder."


@click.group(cls=CkpGroup, epilog=EPILOG, context_settings=GROUP_SETTINGS)
@click.version_option(__version__, prog_name="ckp")
def ckp() -> None:
    """Find, build, run and measure research programs on any machine.

    ckp ACTION KIND[:NAME] [--option=value ...]
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits with its documented code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda stop, _: sys.exit(128 + stop))
    _make_writable()
    try:
        status = ckp.main(args=arguments, prog_name="ckp", standalone_mode=False)
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.ClickException as problem:
        problem.show()
        status = problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("ckp: interrupted; nothing was left half-done", err=True)
        status = INTERRUPTED_EXIT_CODE
    except OSError as problem:
        status = show_error(_storage_error(problem))
    except CkpError as problem:
        status = show_error(problem)
    sys.exit(status)


def show_error(error: CkpError) -> int:
    """Prints details, sentence and next command; answers the exit code."""
    with suppress(OSError):  # stderr may be full; the exit code still tells
        if error.details:
            click.echo(printable(error.details.rstrip()), err=True)
        click.echo(printable(f"ckp: {error.message}"), err=True)
        if error.hint:
            click.echo(printable(f"  -> {error.hint}"), err=True)
    return error.exit_code


def _make_writable() -> None:
    """Streams that are closed, or cannot show some character, stop nothing."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  # for good
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _storage_error(problem: OSError) -> StorageError:
    return StorageError(f"{problem.strerror or problem}: {problem.filename or 'a file of ckp'}")

"""The command ``ckp``: one place turns errors into exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from ck_core import __version__
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
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
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 128 + signal.SIGPIPE
    except OSError as problem:
        status = show_error(_storage_error(problem))
    except CkpError as problem:
        status = show_error(problem)
    sys.exit(status)


def show_error(error: CkpError) -> int:
    """Prints details, sentence and next command; answers the exit code."""
    if error.details:
        click.echo(error.details.rstrip(), err=True)
    click.echo(f"ckp: {error.message}", err=True)
    if error.hint:
        click.echo(f"  -> {error.hint}", err=True)
    return error.exit_code


def _storage_error(problem: OSError) -> StorageError:
    return StorageError(f"{problem.strerror or problem}: {problem.filename or 'a file of ckp'}")

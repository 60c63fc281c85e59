"""Options of what is measured beside times, and where programs run."""

from __future__ import annotations

import click

from ck_core.cli.arguments import with_options
from ck_core.cli.variant_types import ValuesType

monitor_options = with_options(
    click.option(
        "--monitor",
        type=ValuesType(),
        default="",
        metavar="A,B",
        help="Measure these as well: counters, energy, or a plugin's own.",
    ),
    click.option(
        "--pin",
        default="none",
        show_default=True,
        metavar="CPUS",
        help="CPUs to run on (0,2-3), or auto: the quietest.",
    ),
)


def monitors_of(names: tuple[str, ...]) -> frozenset[str]:
    """Raises UsageError for a name that no plugin offers."""
    asked = frozenset(filter(None, names))
    if asked:
        from ck_core.context import Context, SilentReporter  # noqa: PLC0415  # start-up
        from ck_core.stages.monitors import check_monitors  # noqa: PLC0415  # start-up

        check_monitors(asked, Context(SilentReporter()))
    return asked

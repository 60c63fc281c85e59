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
        help="Measure these as well: counters, energy.",
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
    return frozenset(filter(None, names))

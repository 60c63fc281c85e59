"""What stands in the cells of tables of points, and sentences below them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

import click

from ck_core.cli.console import printable
from ck_core.cli.units import format_metric
from ck_core.domain.metric import Metric
from ck_core.domain.point import Scalar

_UID_DIGITS = 8


def short_uids(uids: Sequence[str]) -> list[str]:
    """Their beginnings, long enough to tell them from each other."""
    lengths = range(_UID_DIGITS, 17)
    length = next((n for n in lengths if len({uid[:n] for uid in uids}) == len(uids)), 16)
    return [uid[:length] for uid in uids]


def value_text(value: Scalar | None) -> str:
    if value is None:
        return "-"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def metric_text(metric: Metric) -> str:
    """``152 ms ±3.0 %``: the value, and how far away the further end of its interval is."""
    text = format_metric(Metric(name=metric.name, value=metric.value))
    value, low, high = metric.value, metric.low, metric.high
    if not value or isinstance(value, bool) or low is None or high is None or low == high:
        return text
    share = max(abs(value - low), abs(high - value)) / abs(value)
    return f"{text} ±{share * 100:.1f} %"


def say(text: str) -> None:
    """Sentences on stdout, in lines that a terminal has room for; in a pipe one line."""
    text = printable(text)
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
        text = click.wrap_text(text, width, preserve_paragraphs=True)
    click.echo(text)

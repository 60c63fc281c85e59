"""Options that the commands on experiments share, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ck_core.cli.console import ConsoleReporter
from ck_core.context import Context
from ck_core.domain.install import Progress, no_progress

if TYPE_CHECKING:
    from ck_core.domain.cid import Cid
    from ck_core.experiments.reading.experiment import Experiment

filter_option = click.option(
    "--filter",
    "condition",
    default="",
    metavar="CONDITION",
    help="Only points like 'compiler=gcc and wall_s<0.2'.",
)
metric_option = click.option(
    "--metric", default="", help="What they are judged by; else the program's own, else wall_s."
)
maximize_option = click.option("--maximize", is_flag=True, help="More of the metric is better.")
baseline_option = click.option(
    "--baseline",
    default="",
    metavar="POINT",
    help="What others are set beside: a UID's beginning, or a condition.",
)


class NamesType(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.5
    """Names with commas."""

    name = "names"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(part.strip() for part in str(value).split(",") if part.strip())


class AnswerReporter(ConsoleReporter):
    """Shows no progress: for ``--json`` and ``--quiet``."""

    @contextmanager
    def progress(self, text: str) -> Iterator[Progress]:  # noqa: ARG002  # same shape
        yield no_progress


def reporter_for(*, as_json: bool) -> ConsoleReporter:
    return AnswerReporter() if as_json else ConsoleReporter()


def opened(cid: Cid | str, condition: str = "", *, only_answer: bool = False) -> Experiment:
    """``chosen``, with troubles on stderr, and progress where it takes long; raises as it."""
    from ck_core.experiments.reading.choosing import chosen  # noqa: PLC0415  # start-up

    return chosen(cid, condition, Context(reporter_for(as_json=only_answer)))

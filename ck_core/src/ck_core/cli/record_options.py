"""Options of what records points."""

from __future__ import annotations

import sys

import click

from ck_core.cli.arguments import with_options
from ck_core.cli.types import TagsType
from ck_core.domain.cid import Cid, parse_name
from ck_core.domain.component import Component
from ck_core.domain.options import RecordOptions
from ck_core.errors import UsageError

record_options = with_options(
    click.option("--record", is_flag=True, help="Keep what was measured in an experiment."),
    click.option(
        "--record-uoa",
        default="",
        metavar="NAME",
        help="Which: NAME or REPO:experiment:NAME, made where there is none; implies --record.",
    ),
    click.option(
        "--tags", type=TagsType(), default=frozenset(), help="Tags of that experiment (a,b)."
    ),
)


def record_of(record_uoa: str, tags: frozenset[str], *, record: bool) -> RecordOptions | None:
    """None where nothing is to be kept; raises UsageError for what is no name."""
    if not record and not record_uoa:
        _refuse(tags)
        return None
    return RecordOptions(
        experiment=_experiment(record_uoa),
        tags=tags,
        command_line=("ckp", *sys.argv[1:]),
    )


def _refuse(tags: frozenset[str]) -> None:
    if tags:
        raise UsageError(
            "--tags are of the experiment, and nothing is recorded",
            hint=f"--record --tags={','.join(sorted(tags))}",
        )


def _experiment(text: str) -> Cid:
    if not text:
        return Cid("experiment")
    return parse_name(text, "experiment")


def recorded_rows(experiment: Component | None) -> list[tuple[str, str]]:
    """A row of a table; none where nothing was kept."""
    if experiment is None:
        return []
    return [("recorded in", f"{experiment.full_cid}  (ckp show {experiment.cid})")]

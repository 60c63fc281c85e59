"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ck_core.cli.types import CidType, FlagsType, PairType, SecondsType, TagsType
from ck_core.domain.cid import Cid, parse_destination
from ck_core.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])


cid_argument = click.argument("cid", type=CidType(), metavar="KIND[:NAME]")
optional_cid_argument = click.argument("cid", type=CidType(), required=False, metavar="[KIND:NAME]")
cids_argument = click.argument(
    "cids", type=CidType(), nargs=-1, required=True, metavar="KIND:NAME..."
)
optional_cids_argument = click.argument(
    "cids", type=CidType(), nargs=-1, metavar="[KIND[:NAME]...]"
)
target_argument = click.argument("target", type=CidType(parse_destination), metavar="TARGET")
time_option = click.option("--time", "show_time", is_flag=True, help="Say how long it took.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
tags_option = click.option(
    "--tags",
    type=TagsType(),
    default=frozenset(),
    help="Only what carries all these tags (a,b,-c: not c).",
)


def with_options(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    """Several options as one decorator, in the order of ``--help``."""

    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


quiet_option = click.option("--quiet", is_flag=True, help="Never ask; take the first that fits.")
target_option = click.option(
    "--target", default="", metavar="NAME", help="Machine it is for, e.g. linux-arm64."
)
deps_options = with_options(
    click.option(
        "--deps",
        type=PairType("--deps.compiler=gcc@12"),
        multiple=True,
        metavar="KEY=WHAT",
        help="--deps.KEY=PRODUCT[@VERSION] or =UID: what to take for a dependency.",
    ),
    click.option(
        "--dep-tags",
        type=PairType("--dep-tags.lib=static"),
        multiple=True,
        metavar="KEY=TAGS",
        help="--dep-tags.KEY=a,-b: tags a dependency must have, or not.",
    ),
)
policy_options = with_options(
    click.option("--no-install", is_flag=True, help="Take only what is here already."),
    click.option("--yes", is_flag=True, help="Let a package manager change this system."),
)
lock_options = with_options(
    click.option("--locked", is_flag=True, help="Take exactly what the lock file holds."),
    click.option(
        "--lock-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Which, with --locked; NAME.lock.json by default.",
    ),
)
resolve_options = with_options(
    click.option(
        "--compiler", default="", metavar="NAME[@VERSION]", help="Which compiler, e.g. gcc@12."
    ),
    deps_options,
    target_option,
    policy_options,
    quiet_option,
)
build_options = with_options(
    click.option("--speed", is_flag=True, help="Optimise for speed (-O3; the default)."),
    click.option("--size", is_flag=True, help="Optimise for size (-Os)."),
    click.option(
        "--flags",
        type=FlagsType(),
        multiple=True,
        help="Compiler flags of your own, instead of -O3; with --speed or --size, behind it.",
    ),
    click.option("--rebuild", is_flag=True, help="Build even where a cached build fits."),
    resolve_options,
    lock_options,
)
"""Options of everything that builds."""


pgo_option = click.option(
    "--pgo", is_flag=True, help="Build twice: by the profile of a training run of this command."
)
repetition_options = with_options(
    click.option(
        "--warmup",
        type=click.IntRange(0, 1000),
        default=1,
        show_default=True,
        help="Runs before, which do not count.",
    ),
    click.option(
        "--timeout",
        type=SecondsType(),
        default=600.0,
        show_default=True,
        help="Seconds that one repetition may take.",
    ),
)
"""Options of everything that runs."""


def repository_alias(cid: Cid, action: str) -> str:
    """The NAME of ``repo:NAME``; raises UsageError for anything else."""
    if cid.kind != "repo" or cid.is_pattern:
        raise UsageError(
            f"ckp {action} works on one repository, not on '{cid}'",
            hint=f"ckp {action} repo:NAME; ckp ls repo lists them",
        )
    return cid.name


def program_cid(cid: Cid, action: str) -> Cid:
    """Raises UsageError for any other kind: only programs are built and run."""
    if cid.kind != "program":
        raise UsageError(
            f"ckp {action} works on programs, not on '{cid.kind}'",
            hint=f"ckp {action} program:NAME; ckp ls program lists them",
        )
    if cid.name == "*":
        raise UsageError(
            f"ckp {action} program needs a name",
            hint=f"ckp {action} program:NAME; ckp ls program lists them",
        )
    return cid

"""Arguments and options that several commands share."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from math import isnan
from typing import Any, TypeVar

import click

from ck_core.domain.cid import Cid, parse_cid
from ck_core.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])
_LONGEST_S = 365 * 24 * 3600.0


class CidType(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.5
    """``kind``, ``kind:name`` or ``repository:kind:name``."""

    name = "cid"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> Cid:
        return value if isinstance(value, Cid) else parse_cid(str(value))


class TagsType(click.ParamType):  # type: ignore[type-arg]  # as above
    """Comma-separated tags; ``-tag`` excludes."""

    name = "tags"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> frozenset[str]:
        if isinstance(value, frozenset):
            return value
        return frozenset(tag.strip() for tag in str(value).split(",") if tag.strip())


class PairType(click.ParamType):  # type: ignore[type-arg]  # as above
    """``NAME=VALUE``, written ``--env.NAME=VALUE`` or ``--env NAME=VALUE``."""

    name = "name=value"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not name or not equals or "\0" in str(value):
            raise UsageError(f"'{value}' is not NAME=VALUE", hint="write --env.OMP_NUM_THREADS=4")
        return name, text


class SecondsType(click.FloatRange):
    """A time that a timer can wait for."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True, max=_LONGEST_S)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(super().convert(value, param, ctx))
        if isnan(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return seconds


class FlagsType(click.ParamType):  # type: ignore[type-arg]  # as above
    """Compiler flags, quoted as for a shell; none is run by one."""

    name = "flags"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(shlex.split(str(value)))
        except ValueError as error:
            raise UsageError(f"--flags={value!r} cannot be read: {error}") from None


cid_argument = click.argument("cid", type=CidType(), metavar="KIND[:NAME]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
tags_option = click.option(
    "--tags",
    type=TagsType(),
    default=frozenset(),
    help="Only what carries all these tags (a,b,-c: not c).",
)


def build_options(function: Function) -> Function:
    """Options of everything that builds."""
    options = [
        click.option(
            "--compiler", default="", metavar="NAME[@VERSION]", help="For example gcc@12."
        ),
        click.option("--speed", is_flag=True, help="Optimise for speed (-O3; the default)."),
        click.option("--size", is_flag=True, help="Optimise for size (-Os)."),
        click.option(
            "--flags",
            type=FlagsType(),
            multiple=True,
            help="Compiler flags of your own, instead of -O3; with --speed or --size, behind it.",
        ),
        click.option("--rebuild", is_flag=True, help="Build even where a cached build fits."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


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

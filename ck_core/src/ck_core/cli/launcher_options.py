"""``--launcher NAME --launcher.KEY=VALUE``: who executes, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ck_core.domain.options import RunOptions
from ck_core.errors import UsageError

Given = Sequence[tuple[str, str]]


class LauncherType(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.5
    """``NAME``, as ``("", NAME)``; or ``KEY=VALUE``, written ``--launcher.KEY=VALUE``."""

    name = "launcher"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        key, equals, text = str(value).partition("=")
        if not key or (equals and not text):
            self.fail("it is NAME, or a KEY=VALUE: --launcher.tasks=4", param, ctx)
        return (key.replace("_", "-"), text) if equals else ("", key)


launcher_option = click.option(
    "--launcher",
    type=LauncherType(),
    multiple=True,
    metavar="NAME",
    help="Who executes (local, slurm, ...); --launcher.KEY=VALUE tells it more.",
)


def launcher_of(given: Given) -> str:
    """Its name; raises UsageError where there are two, or options are given to none."""
    names = [text for key, text in given if not key]
    if len(set(names)) > 1:
        raise UsageError(f"--launcher is both {names[0]} and {names[-1]}", hint="give one of them")
    if given and not names:
        key = given[0][0]
        raise UsageError(
            f"--launcher.{key} is told to nobody", hint=f"--launcher slurm --launcher.{key}=..."
        )
    return names[0] if names else RunOptions.launcher


def told_pairs(given: Given) -> list[tuple[str, str]]:
    """What it is told, in the order that was typed."""
    return [(key, text) for key, text in given if key]


def told_once(given: Given) -> dict[str, str]:
    """Likewise; raises UsageError where one thing is told twice."""
    found: dict[str, str] = {}
    for key, text in told_pairs(given):
        if found.setdefault(key, text) != text:
            raise UsageError(f"--launcher.{key} is both {found[key]} and {text}", hint="give one")
    return found

"""The command that builds and runs again what a point was measured of."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ck_core.domain.point import Point
from ck_core.domain.point_names import own_choices, says_command
from ck_core.domain.repeat_variable import REPEAT_VARIABLE

_ENVIRONMENT, _LAUNCHER = "env.", "launcher."
_LEVELS = {"speed": "--speed", "size": "--size"}


def command_of(point: Point, here: str) -> str:
    """As one types it in a shell; it names the exact compiler.

    Args:
        here: name of the machine where it is typed, which needs no ``--target``.
    """
    return shlex.join(["ckp", "run", point.program.cid, *_words(point, here)])


def _words(point: Point, here: str) -> Iterator[str]:
    given = {name: str(value) for name, value in point.choices.items()}
    if compiler := given.get("compiler"):
        yield f"--compiler={compiler}"
    yield from _flags(given.get("level", ""), given.get("flags", ""))
    if given.get("pgo"):
        yield "--pgo"
    if (target := given.get("target")) and target != here:
        yield f"--target={target}"
    yield from _variables(given)
    yield from _launcher(point, given)
    if dataset := point.dataset.alias if point.dataset else given.get("dataset"):
        yield f"--dataset={dataset}"
    for name, chosen in own_choices(point).items():
        yield f"--{name}={chosen}"
    if not says_command([point]):
        yield f"--cmd-key={point.command}"


def _flags(level: str, flags: str) -> Iterator[str]:
    """Flags alone would stand instead of the level; without any it is -O3."""
    if level in _LEVELS and (flags or level != "speed"):
        yield _LEVELS[level]
    if flags:
        yield f"--flags={flags}"


def _variables(given: dict[str, str]) -> Iterator[str]:
    for name, value in given.items():
        if name.startswith(_ENVIRONMENT):
            yield f"--{name}={value}"
    if repeat := given.get("repeat"):
        yield f"--{_ENVIRONMENT}{REPEAT_VARIABLE}={repeat}"


def _launcher(point: Point, given: dict[str, str]) -> Iterator[str]:
    """Who executed it, unless it was this machine, and what that was told."""
    name = str(point.features.get("launcher", ""))
    if name not in {"", "local"}:
        yield f"--launcher={name}"
    yield from (f"--{key}={text}" for key, text in given.items() if key.startswith(_LAUNCHER))

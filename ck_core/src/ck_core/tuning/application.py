"""A configuration becomes options of a build and a run."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from ck_core.domain.build import Level
from ck_core.domain.options import RunOptions
from ck_core.domain.tuning.parameter import Configuration, Place
from ck_core.domain.tuning.space import Space

LEVEL = "-O"
"""What flags that are a level begin with, and the parameter that varies it."""


def applied(options: RunOptions, space: Space, configuration: Configuration) -> RunOptions:
    """The user's own flags and variables, then the configuration's.

    Without a level among these flags it is -O3, as everywhere.
    """
    flags = (*options.build.flags, *flags_of(space, configuration))
    build = replace(
        options.build,
        level=Level.DEFAULT if names_level(flags) else Level.SPEED,
        flags=flags,
        profiled=is_profiled(space, configuration),
    )
    environment = {**options.environment, **variables_of(space, configuration)}
    told = {**options.launcher_options, **launcher_options_of(space, configuration)}
    return replace(options, build=build, environment=environment, launcher_options=told)


def names_level(flags: Iterable[str]) -> bool:
    """Whether one of them says how much to optimise."""
    return any(one.startswith(LEVEL) for one in flags)


def flags_of(space: Space, configuration: Configuration) -> tuple[str, ...]:
    """In the space's order; a value may be several words, macros are ``-DNAME=VALUE``.

    A level that is not varied is a baseline's.
    """
    level = () if LEVEL in space.by_name else filter(None, [configuration.get(LEVEL)])
    flags = _given(Place.FLAG, space, configuration).values()
    macros = _given(Place.MACRO, space, configuration).items()
    return (
        *level,
        *(word for flag in flags for word in _words(flag)),
        *(f"-D{name}={value}" for name, value in macros),
    )


@lru_cache(maxsize=4096)
def _words(flag: str) -> tuple[str, ...]:
    """Of each of some hundred flags, for each trial anew."""
    return tuple(shlex.split(flag))


def variables_of(space: Space, configuration: Configuration) -> dict[str, str]:
    """Those that the run gets."""
    return _given(Place.VARIABLE, space, configuration)


def launcher_options_of(space: Space, configuration: Configuration) -> dict[str, str]:
    """What who executes is told."""
    return _given(Place.LAUNCHER, space, configuration)


def is_profiled(space: Space, configuration: Configuration) -> bool:
    """Whether it is built twice."""
    return any(value == "yes" for value in _given(Place.PROFILE, space, configuration).values())


def words_of(space: Space, configuration: Configuration) -> str:
    """What a configuration changes, in one line for people; empty for the program as it is."""
    if not configuration:
        return ""
    flags = flags_of(space, configuration)
    variables = (f"{k}={v}" for k, v in variables_of(space, configuration).items())
    told = (f"--launcher.{k}={v}" for k, v in launcher_options_of(space, configuration).items())
    profiled = ["--pgo"] if is_profiled(space, configuration) else []
    return shlex.join([*flags, *profiled, *variables, *told])


def _given(place: Place, space: Space, configuration: Configuration) -> dict[str, str]:
    return dict(_values(place, space, configuration))


def _values(place: Place, space: Space, configuration: Configuration) -> Iterator[tuple[str, str]]:
    for one in space.parameters:
        value = configuration.get(one.name, one.default)
        is_tacit = one.tacit and value == one.default
        if one.place is place and value and not is_tacit:
            yield one.name, value

"""A configuration becomes options of a build and a run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace

from ck_core.domain.options import RunOptions
from ck_core.domain.tuning.parameter import Configuration, Place
from ck_core.domain.tuning.space import Space


def applied(options: RunOptions, space: Space, configuration: Configuration) -> RunOptions:
    """The user's own flags and variables, then the configuration's."""
    build = replace(
        options.build,
        flags=(*options.build.flags, *flags_of(space, configuration)),
        profiled=is_profiled(space, configuration),
    )
    environment = {**options.environment, **variables_of(space, configuration)}
    return replace(options, build=build, environment=environment)


def flags_of(space: Space, configuration: Configuration) -> tuple[str, ...]:
    """In the space's order; a value may be several words, macros are ``-DNAME=VALUE``."""
    flags = _given(Place.FLAG, space, configuration).values()
    macros = _given(Place.MACRO, space, configuration).items()
    return (
        *(word for flag in flags for word in shlex.split(flag)),
        *(f"-D{name}={value}" for name, value in macros),
    )


def variables_of(space: Space, configuration: Configuration) -> dict[str, str]:
    """Those that the run gets."""
    return _given(Place.VARIABLE, space, configuration)


def is_profiled(space: Space, configuration: Configuration) -> bool:
    """Whether it is built twice."""
    return any(value == "yes" for value in _given(Place.PROFILE, space, configuration).values())


def _given(place: Place, space: Space, configuration: Configuration) -> dict[str, str]:
    return dict(_values(place, space, configuration))


def _values(place: Place, space: Space, configuration: Configuration) -> Iterator[tuple[str, str]]:
    for one in space.parameters:
        value = configuration.get(one.name, one.default)
        is_tacit = one.tacit and value == one.default
        if one.place is place and value and not is_tacit:
            yield one.name, value

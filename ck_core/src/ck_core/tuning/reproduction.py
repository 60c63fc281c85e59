"""The command that builds and runs a configuration again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ck_core.domain.point import Point
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import Space
from ck_core.tuning.application import flags_of, is_profiled, variables_of


def command_of(point: Point, space: Space, configuration: Configuration) -> str:
    """As one types it in a shell; it names the exact compiler."""
    words = ["ckp", "run", point.program.cid, *_words(point, space, configuration)]
    return shlex.join(words)


def _words(point: Point, space: Space, configuration: Configuration) -> Iterator[str]:
    if compiler := point.choices.get("compiler"):
        yield f"--compiler={compiler}"
    if flags := flags_of(space, configuration):
        yield f"--flags={shlex.join(flags)}"
    if is_profiled(space, configuration):
        yield "--pgo"
    for name, value in variables_of(space, configuration).items():
        yield f"--env.{name}={value}"
    if point.dataset:
        yield f"--dataset={point.dataset.alias}"
    yield f"--cmd-key={point.command}"

"""What ``--flags``, ``--env`` and ``--launcher`` fix is not varied: every variant has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ck_core.domain.options import RunOptions
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.tuning.application import LEVEL

_JOINTS = {"--param": "=", "-D": ""}
"""What stands before the value of a flag that may also be a word of its own."""


def is_fixed(parameter: Parameter, run: RunOptions) -> bool:
    """Whether the user's flags or variables say what it is."""
    if parameter.place is Place.VARIABLE:
        return parameter.name in run.environment
    if parameter.place is Place.LAUNCHER:
        return parameter.name in run.launcher_options
    return any(_says(word, parameter) for word in _words(run.build.flags))


def _words(flags: Sequence[str]) -> Iterator[str]:
    """Each, and each with the one behind it, as parameters of several words have them."""
    yield from flags
    for one, other in pairwise(flags):
        yield f"{one}{_JOINTS.get(one, ' ')}{other}"


def _says(word: str, parameter: Parameter) -> bool:
    if parameter.place is Place.MACRO:
        return _sets(word, f"-D{parameter.name}")
    if parameter.place is not Place.FLAG or not word:
        return False
    is_level = parameter.name == LEVEL and word.startswith(LEVEL)
    return word in parameter.values or _sets(word, parameter.name) or is_level


def _sets(word: str, name: str) -> bool:
    """With or without a value."""
    return word == name or word.startswith(f"{name}=")

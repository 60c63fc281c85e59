"""The commands that built what a search found, as they were recorded with it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any

from ck_core.analysis.tuning_ending import values_told
from ck_core.domain.point import Point

_OUTPUT = "-o"
_FEW = 6
"""Words of what merges profiles."""
_WORTH = 100
"""Letters that are not said in each line again."""


def build_commands(point: Point) -> list[list[str]]:
    """Argument lists for an empty directory, in their order; empty where none is recorded.

    Of a build by a profile both builds, with the training run between them. Nonsense that
    somebody has edited is left out.
    """
    commands = [*_recorded(values_told(point).get("commands"))]
    places = _directories(commands)
    return [*([["mkdir", "-p", *places]] if places else []), *commands]


def lines_of(point: Point) -> list[str]:
    """``build_commands`` for a shell; what all calls of the compiler have is said once."""
    commands = build_commands(point)
    shared = _shared([one for one in commands if _is_call(one)])
    if len(shlex.join(shared)) < _WORTH:
        return [shlex.join(one) for one in commands]
    first = next(at for at, one in enumerate(commands) if _is_call(one))
    lines = [_line(one, shared) for one in commands]
    return [*lines[:first], shlex.join(["set", "--", *shared]), *lines[first:]]


def _is_call(command: Sequence[str]) -> bool:
    """Of a compiler or a linker: they alone are told where to write to, and make no directory."""
    return _OUTPUT in command and len(command) > _FEW


def _shared(calls: Sequence[Sequence[str]]) -> list[str]:
    """A run of words that all of them have, the longest that two and two have."""
    if len(calls) < 2:
        return []
    found = [*calls[0]]
    for one in calls[1:]:
        match = SequenceMatcher(None, found, one, autojunk=False).find_longest_match()
        found = found[match.a : match.a + match.size]
    return found


def _line(command: Sequence[str], shared: Sequence[str]) -> str:
    size = len(shared)
    for at in range(len(command) - size + 1):
        if [*command[at : at + size]] == [*shared]:
            parts = [shlex.join(command[:at]), '"$@"', shlex.join(command[at + size :])]
            return " ".join(part for part in parts if part)
    return shlex.join(command)


def _recorded(value: Any) -> Iterator[list[str]]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, list) and one and all(isinstance(word, str) for word in one):
            yield one


def _directories(commands: Sequence[Sequence[str]]) -> list[str]:
    """That outputs go to."""
    found = (
        str(PurePosixPath(one[at + 1]).parent)
        for one in commands
        for at, word in enumerate(one[:-1])
        if word == _OUTPUT
    )
    return [place for place in dict.fromkeys(found) if place != "." and not place.startswith("/")]

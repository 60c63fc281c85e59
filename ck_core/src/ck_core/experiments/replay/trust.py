"""Points are strangers' texts: what of them may make other things run is not used unasked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from ck_core.domain.code_flags import other_flags
from ck_core.domain.interpreted_variables import other_variables
from ck_core.domain.point import Point
from ck_core.errors import UsageError
from ck_core.experiments.replay.recorded_choices import (
    flags_of,
    launcher_options_of,
    sound_environment_of,
)

_LONGEST = 200
_PROGRAMS = frozenset({"native", "python"})
"""Options whose values are programs, or words for one."""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]*")


def check_harmless(point: Point, experiment: str) -> None:
    """Raises UsageError where flags or variables say, or may say, more than how code is made.

    Args:
        experiment: its cid, for the command that replays the point all the same.
    """
    problems = [
        *strange(flags_of(point), sound_environment_of(point)),
        *strange_options(launcher_options_of(point)),
    ]
    if problems:
        raise UsageError(
            f"it is not replayed unasked, for {', '.join(problems)} may run other "
            "programs, or read and write elsewhere",
            hint="where you trust whoever recorded it: "
            f"ckp replay {shlex.quote(experiment)} --trust --point {point.uid}",
        )


def strange(flags: Sequence[str], variables: Mapping[str, str]) -> list[str]:
    """Those that say, or may say, more than how code is made; as people are told of them."""
    return [
        *(f"flag {_cut(one)}" for one in other_flags(flags)),
        *(f"variable {_cut(one)}" for one in other_variables(variables)),
    ]


def strange_options(launcher: Mapping[str, str]) -> list[str]:
    """What is neither a number, a time nor a plain name may be another program, or a switch."""
    return [
        f"launcher option {_cut(f'{name}={text}')}"
        for name, text in launcher.items()
        if name in _PROGRAMS or not _PLAIN.fullmatch(text)
    ]


def _cut(text: str) -> str:
    more = len(text) - _LONGEST
    return repr(text) if more <= 0 else f"{text[:_LONGEST]!r} and {more} characters more"

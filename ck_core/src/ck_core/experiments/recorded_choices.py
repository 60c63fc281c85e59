"""What a point says of how it was built and run, as options of today."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from ck_core.domain.build import Level, chosen_level
from ck_core.domain.machine.cpu_list import format_cpu_list, parse_cpu_list
from ck_core.domain.point import Point, Scalar
from ck_core.domain.target import TARGET_NAMES, Target, parse_target, parse_target_name

REPEAT_VARIABLE = "CT_REPEAT_MAIN"
_VARIABLE = "env."
_USUAL_REPETITIONS = 10


def flags_of(point: Point) -> tuple[str, ...]:
    """The user's own flags; raises ValueError where nobody can tell words apart."""
    return tuple(shlex.split(_text(point.choices, "flags")))


def level_of(point: Point) -> Level:
    """The recorded one, else what a run with these flags takes."""
    named = _text(point.choices, "level")
    levels = {one.value: one for one in Level}
    return levels.get(named) or chosen_level(speed=False, size=False, flags=flags_of(point))


def environment_of(point: Point) -> dict[str, str]:
    """Variables that were chosen, the program's repetitions of its kernel among them."""
    chosen = {
        name.removeprefix(_VARIABLE): _plain(value)
        for name, value in point.choices.items()
        if name.startswith(_VARIABLE)
    }
    repeat = _text(point.choices, "repeat")
    return {REPEAT_VARIABLE: repeat, **chosen} if repeat else chosen


def compiler_of(point: Point) -> str:
    """``gcc@12.2.0`` as it was chosen or found; empty where nothing is told of it."""
    return _text(point.choices, "compiler")


def command_of(point: Point) -> str:
    return point.command or _text(point.choices, "command")


def target_of(point: Point) -> Target | None:
    """What it was built for; None where the point does not say."""
    text = _text(point.choices, "target")
    compiler = next((one.target for one in point.resolved if one.key == "compiler"), "")
    if text in TARGET_NAMES:
        return parse_target_name(text)
    triple = text if text.count("-") > 1 else compiler
    return parse_target(triple) if triple else None


def pin_of(point: Point) -> str:
    """The CPUs it was kept on, as ``--pin`` takes them."""
    cpus = parse_cpu_list(_text(point.features, "pinned"))
    return format_cpu_list(cpus) or "none"


def repetitions_of(point: Point) -> int:
    """As many as have a time."""
    return len(point.characteristics.get("wall_s", ())) or _USUAL_REPETITIONS


def _text(choices: Mapping[str, Scalar], name: str) -> str:
    return _plain(choices[name]) if name in choices else ""


def _plain(value: Scalar) -> str:
    """Whole numbers without a point: ``4.0`` is no value for ``OMP_NUM_THREADS``."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)

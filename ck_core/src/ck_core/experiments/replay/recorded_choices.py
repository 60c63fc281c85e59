"""What a point says of how it was built and run, as options of today."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from ck_core.domain.build import Level, chosen_level
from ck_core.domain.machine.cpu_list import format_cpu_list, parse_cpu_list
from ck_core.domain.point import Point, Scalar
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.target import TARGET_NAMES, Target, parse_target, parse_target_name
from ck_core.errors import UsageError

_VARIABLE, _LAUNCHER = "env.", "launcher."
_USUAL_REPETITIONS = 10
_COUNTED = ("instructions", "cycles", "branches", "task_clock_s", "cpu_migrations")


def flags_of(point: Point) -> tuple[str, ...]:
    """The user's own flags; raises UsageError where they are no words that a program takes."""
    try:
        flags = tuple(shlex.split(_text(point.choices, "flags")))
    except ValueError as error:
        raise UsageError(f"the flags of point {point.uid} cannot be read: {error}") from None
    if problem := _unfit("".join(flags)):
        raise UsageError(f"the flags of point {point.uid} hold {problem}")
    return flags


def level_of(point: Point) -> Level:
    """The recorded one, else what a run with these flags takes."""
    named = _text(point.choices, "level")
    levels = {one.value: one for one in Level}
    return levels.get(named) or chosen_level(speed=False, size=False, flags=flags_of(point))


def is_profiled(point: Point) -> bool:
    """Whether it was built by the profile of a training run."""
    return _text(point.choices, "pgo") == "yes"


def environment_of(point: Point) -> dict[str, str]:
    """Variables that were chosen, the program's repetitions of its kernel among them."""
    chosen = {
        name.removeprefix(_VARIABLE): _plain(value)
        for name, value in point.choices.items()
        if name.startswith(_VARIABLE)
    }
    repeat = _text(point.choices, "repeat")
    return {REPEAT_VARIABLE: repeat, **chosen} if repeat else chosen


def sound_environment_of(point: Point) -> dict[str, str]:
    """Likewise; raises UsageError where one is no variable that a program can be given."""
    found = environment_of(point)
    for name, value in found.items():
        if not name or "=" in name or _unfit(name + value):
            raise UsageError(f"point {point.uid} has {name!r:.40} for an environment variable")
    return found


def _unfit(text: str) -> str:
    """What keeps a text from being handed to a program; empty where nothing does."""
    if "\0" in text:
        return "NUL"
    return "half a character" if any("\ud800" <= one <= "\udfff" for one in text) else ""


def compiler_of(point: Point) -> str:
    """``gcc@12.2.0`` as it was chosen or found; empty where nothing is told of it."""
    return _text(point.choices, "compiler")


def monitors_of(point: Point) -> frozenset[str]:
    """Those that were asked for; of earlier versions' points, those whose values are there."""
    if named := _text(point.choices, "monitor"):
        return frozenset(filter(None, named.split(",")))
    values = {*point.metrics, *point.characteristics}
    found = {"counters": not values.isdisjoint(_COUNTED), "energy": "energy_j" in values}
    return frozenset(name for name, is_there in found.items() if is_there)


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


def launcher_of(point: Point) -> str:
    """Who executed it; empty where the point does not say."""
    return _text(point.features, "launcher")


def launcher_options_of(point: Point) -> dict[str, str]:
    """What its launcher was told; raises UsageError where that cannot be handed on."""
    found = {
        name.removeprefix(_LAUNCHER): _plain(value)
        for name, value in point.choices.items()
        if name.startswith(_LAUNCHER)
    }
    for name, value in found.items():
        if problem := _unfit(name + value):
            told = f"the launcher's option {name!r:.40} of point {point.uid}"
            raise UsageError(f"{told} holds {problem}")
    return found


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

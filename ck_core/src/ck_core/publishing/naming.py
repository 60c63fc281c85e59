"""Names of points: what was chosen differently, said shortly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import says_command, short_uids
from ck_core.publishing.texts import plain

__all__ = ["choices_text", "chosen", "names_of", "short_uids", "varied_choices"]

_SPEAK_FOR_THEMSELVES = ("program", "command", "compiler", "flags", "dataset", "target")
_ENVIRONMENT = "env."
_RUN = ("program", "command", "dataset")
_MEASURED_SO = "repeat"
"""What calibration found: how it was measured, not what."""


def chosen(point: Point) -> Mapping[str, Scalar]:
    """The choices; what was run counts as one, where no choice says it."""
    dataset = {"dataset": point.dataset.alias} if point.dataset else {}
    return {"program": point.program.alias, "command": point.command, **dataset, **point.choices}


def varied_choices(points: Sequence[Point]) -> list[str]:
    """Names of the choices that are not the same for all, in the order they are met."""
    every = [chosen(point) for point in points]
    names = dict.fromkeys(name for given in every for name in given)
    return [name for name in names if len(_values(name, every)) > 1]


def _values(name: str, every: Sequence[Mapping[str, Scalar]]) -> set[tuple[type, Scalar | None]]:
    """Of what did not build nobody knows what would have been run: that is no other value.

    Nor is ``tflite`` beside ``tflite@2.14``: its version was not found.
    """
    found = {_kept(given.get(name)) for given in every}
    labels = {str(value) for _, value in found if isinstance(value, str) and "@" in value}
    known = {label.partition("@")[0] for label in labels}
    found = {one for one in found if one[1] not in known}
    return found - {_kept(None), _kept("")} if name in _RUN else found


def _kept(value: Scalar | None) -> tuple[type, Scalar | None]:
    return type(value), value


def names_of(points: Sequence[Point]) -> dict[str, str]:
    """UID to name, no two alike: ``gcc@12.2.0 -O3 OMP_NUM_THREADS=4``."""
    says = says_command(points)
    varied = [name for name in varied_choices(points) if name != _MEASURED_SO]
    varied = [name for name in varied if name != "command" or not says]
    spoken = {*_SPEAK_FOR_THEMSELVES, says}
    met: Counter[str] = Counter()
    names: dict[str, str] = {}
    taken: set[str] = set()
    for point in points:
        names[point.uid] = _free(_name(point, varied, spoken), met, taken)
        taken.add(names[point.uid])
    return names


def _free(name: str, met: Counter[str], taken: Collection[str]) -> str:
    """The name, or with the first number that makes it one of its own."""
    while True:
        met[name] += 1
        numbered = name if met[name] == 1 else f"{name} #{met[name]}"
        if numbered not in taken:
            return numbered


def _name(point: Point, varied: Sequence[str], spoken: Collection[str]) -> str:
    given = chosen(point)
    parts = [_part(name, given[name], spoken) for name in varied if name in given]
    return " ".join(part for part in parts if part) or plain(point.program.alias)


def _part(name: str, value: Scalar, spoken: Collection[str]) -> str:
    if value == "":
        return f"no {name}" if name == "flags" else ""
    if name in spoken:
        return plain(str(value))
    return plain(f"{name.removeprefix(_ENVIRONMENT)}={value}")


def choices_text(point: Point) -> str:
    """All choices in one line, for a tooltip."""
    return ", ".join(f"{name}={value}" for name, value in chosen(point).items() if value != "")

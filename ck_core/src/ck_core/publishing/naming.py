"""Names of points: what was chosen differently, said shortly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ck_core.domain.point import Point, Scalar
from ck_core.publishing.texts import plain

_SPEAK_FOR_THEMSELVES = ("program", "command", "compiler", "flags", "dataset", "target")
_ENVIRONMENT = "env."


def chosen(point: Point) -> Mapping[str, Scalar]:
    """The choices; what was run counts as one, where no choice says it."""
    dataset = {"dataset": point.dataset.alias} if point.dataset else {}
    return {"program": point.program.alias, "command": point.command, **dataset, **point.choices}


def varied_choices(points: Sequence[Point]) -> list[str]:
    """Names of the choices that are not the same for all, in the order they are met."""
    every = [chosen(point) for point in points]
    names = dict.fromkeys(name for given in every for name in given)
    return [name for name in names if len({_kept(given.get(name)) for given in every}) > 1]


def _kept(value: Scalar | None) -> tuple[type, Scalar | None]:
    return type(value), value


def names_of(points: Sequence[Point]) -> dict[str, str]:
    """UID to name, no two alike: ``gcc@12.2.0 -O3 OMP_NUM_THREADS=4``."""
    varied = varied_choices(points)
    met: Counter[str] = Counter()
    names: dict[str, str] = {}
    for point in points:
        name = _name(point, varied)
        met[name] += 1
        names[point.uid] = name if met[name] == 1 else f"{name} #{met[name]}"
    return names


def _name(point: Point, varied: Sequence[str]) -> str:
    given = chosen(point)
    parts = [_part(name, given[name]) for name in varied if name in given]
    return " ".join(part for part in parts if part) or plain(point.program.alias)


def _part(name: str, value: Scalar) -> str:
    if value == "":
        return f"no {name}" if name == "flags" else ""
    if name in _SPEAK_FOR_THEMSELVES:
        return plain(str(value))
    return plain(f"{name.removeprefix(_ENVIRONMENT)}={value}")


def choices_text(point: Point) -> str:
    """All choices in one line, for a tooltip."""
    return ", ".join(f"{name}={value}" for name, value in chosen(point).items() if value != "")

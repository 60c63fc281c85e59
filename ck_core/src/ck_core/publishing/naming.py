"""Names of points: what was chosen differently, said shortly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ck_core.analysis.differing_words import ELLIPSIS, LONG, values_apart
from ck_core.analysis.tuning_ending import end_among, has_role, standing_in_search
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import says_command, short_uids
from ck_core.publishing.texts import clean, plain

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
    """UID to name, no two alike: ``gcc@12.2.0 -O3 OMP_NUM_THREADS=4``.

    Of long flags only those that not all have are said: ``… -flto``. Points of a search say
    their role in its last runs, and where even the difference is long, that or the number of
    the trial alone: ``winner (… -flto)``, ``trial 17``.
    """
    says = says_command(points)
    varied = [name for name in varied_choices(points) if name != _MEASURED_SO]
    varied = [name for name in varied if name != "command" or not says]
    spoken = {*_SPEAK_FOR_THEMSELVES, says}
    wished = {
        point.uid: _name(point, values, spoken)
        for point, values in zip(points, _telling(points, varied), strict=True)
    }
    names = _Names()
    for point in [*(one for one, _ in end_among(points)), *points]:
        names.add(point, wished[point.uid])
    return {point.uid: names.found[point.uid] for point in points}


def _telling(points: Sequence[Point], varied: Sequence[str]) -> Iterator[Mapping[str, Scalar]]:
    """Of each point the values that differ, long ones by their difference."""
    given = [chosen(point) for point in points]
    columns = {name: values_apart([one.get(name) for one in given]) for name in varied}
    for at in range(len(points)):
        values = {name: column[at] for name, column in columns.items()}
        yield {name: value for name, value in values.items() if value is not None}


@dataclass
class _Names:
    """Each once; what comes first needs no number. Attributes: found: by UID."""

    found: dict[str, str] = field(default_factory=dict)
    _met: Counter[str] = field(default_factory=Counter)
    _taken: set[str] = field(default_factory=set)

    def add(self, point: Point, name: str) -> None:
        if point.uid in self.found:
            return
        place = clean(standing_in_search(point))
        if place and name in self._taken and not name.startswith(place):
            name = f"{name} ({place})"
        self.found[point.uid] = self._free(name)
        self._taken.add(self.found[point.uid])

    def _free(self, name: str) -> str:
        """The name, or with the first number that makes it one of its own."""
        while True:
            self._met[name] += 1
            numbered = name if self._met[name] == 1 else f"{name} #{self._met[name]}"
            if numbered not in self._taken:
                return numbered


def _name(point: Point, values: Mapping[str, Scalar], spoken: Collection[str]) -> str:
    parts = (_part(name, value, spoken) for name, value in values.items())
    name = " ".join(part for part in parts if part)
    place = clean(standing_in_search(point))
    if place and (len(name) > LONG or name in ("", ELLIPSIS, place)):
        return place
    if not name:
        return plain(point.program.alias)
    return f"{place} ({name})" if has_role(point) else name


def _part(name: str, value: Scalar, spoken: Collection[str]) -> str:
    if value == "":
        return f"no {name}" if name == "flags" else ""
    if name in spoken:
        return plain(str(value))
    return plain(f"{name.removeprefix(_ENVIRONMENT)}={value}")


def choices_text(point: Point) -> str:
    """All choices in one line, for a tooltip."""
    return ", ".join(f"{name}={value}" for name, value in chosen(point).items() if value != "")

"""What points have in common, in one line: a picture alone must say what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ck_core.domain.point import Point
from ck_core.publishing.naming import chosen
from ck_core.publishing.texts import plain, shorten

_BETWEEN = " \N{MIDDLE DOT} "
_LONGEST = 60
_MOST_CHOICES = 6
_WHAT_WAS_RUN = ("program", "dataset", "command")
_SPEAK_FOR_THEMSELVES = ("compiler", "flags", "target")


def about(points: Sequence[Point]) -> str:
    """Program, dataset, command, what else is the same for all, the CPU; empty without points."""
    if not points:
        return ""
    return _BETWEEN.join(shorten(plain(part), _LONGEST) for part in _parts(points)) + "."


def _parts(points: Sequence[Point]) -> Iterator[str]:
    every = [chosen(point) for point in points]
    for name in _WHAT_WAS_RUN:
        yield from _named(name, [str(given.get(name, "")) for given in every])
    same = {
        name: value
        for name, value in every[0].items()
        if name not in _WHAT_WAS_RUN
        and value != ""
        and all(given.get(name) == value for given in every)
    }
    for name, value in [*same.items()][:_MOST_CHOICES]:
        yield str(value) if name in _SPEAK_FOR_THEMSELVES else f"{name}={value}"
    emulators = {point.emulated_by for point in points}
    if len(emulators) == 1 and "" not in emulators:
        yield f"under {emulators.pop()}"
    yield from _named("CPU", [str(point.features.get("cpu", "")) for point in points])


def _named(what: str, values: Sequence[str]) -> Iterator[str]:
    """The one value, or how many there are."""
    found = {value for value in values if value}
    if len(found) == 1:
        yield f"{what} {found.pop()}"
    elif found:
        yield f"{len(found)} {what}s"

"""Whether other processes, rather than the program, made its wall time another."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from statistics import median

from ck_core.domain.point import Point

_PARALLEL = 1.05
_FEWEST_INTERRUPTIONS = 1.0
_OF_THE_START = 2.0
"""How often any program gives up its core, while it is started and when it ends."""


@dataclass(frozen=True, kw_only=True)
class _Usual:
    """Medians of a point's repetitions."""

    wall_s: float
    core_s: float
    interruptions: float
    pauses: float

    @property
    def waited_s(self) -> float:
        return self.wall_s - self.core_s


def interference(recorded: Point, replayed: Point) -> str:
    """A sentence where the slower of the two waited for a core that others had; else empty.

    So it is where waiting makes up half of the difference or more, and either the kernel has
    taken the core from it more often, or it never gave it up by itself: who sleeps or waits for
    a disk does. Nothing is said of programs that keep several cores busy: their times do not
    add up so.
    """
    found = [_usual(point) for point in (recorded, replayed)]
    known = [one for one in found if one and one.core_s <= _PARALLEL * one.wall_s]
    if len(known) < len(found):
        return ""
    faster, slower = sorted(known, key=lambda one: one.wall_s)
    extra, waited = slower.wall_s - faster.wall_s, slower.waited_s - faster.waited_s
    if waited < extra / 2 or extra <= 0 or not _was_kept_waiting(slower, faster):
        return ""
    when = "now" if slower is known[1] else "when it was recorded"
    return (
        f"others had the core {when}: {waited:.3g} s of the difference of {extra:.3g} s were "
        f"waiting ({slower.interruptions:g} interruptions a run instead of "
        f"{faster.interruptions:g}, {slower.pauses:g} pauses of its own)"
    )


def _was_kept_waiting(slower: _Usual, faster: _Usual) -> bool:
    more = slower.interruptions >= max(faster.interruptions + 0.5, _FEWEST_INTERRUPTIONS)
    return more or slower.pauses <= _OF_THE_START


def _usual(point: Point) -> _Usual | None:
    """None where something was not measured."""
    switches = ("involuntary_switches", "voluntary_switches")
    names = ("wall_s", "user_s", "system_s", *switches)
    raw = [[x for x in point.characteristics.get(name, ()) if isfinite(x)] for name in names]
    if not all(raw):
        return None
    wall, user, system, interruptions, pauses = map(median, raw)
    return _Usual(wall_s=wall, core_s=user + system, interruptions=interruptions, pauses=pauses)

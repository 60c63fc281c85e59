"""Whether repetitions waited for cores that other processes had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ck_core.domain.run import Repetition

_PARALLEL = 1.05
_NOTABLE = 0.05
_OF_THE_START = 2
"""How often any program gives up its core, while it is started and when it ends."""


@dataclass(frozen=True, kw_only=True)
class Waited:
    """Attributes: share: of the wall time of all repetitions."""

    interruptions: int
    share: float


def waited(repetitions: Sequence[Repetition]) -> Waited | None:
    """None where nothing shows it.

    It shows where the kernel took the core from the program once a repetition or more, and a
    twentieth of the wall time was spent on no core; not where the program itself gave its core up
    more often than it was taken: who sleeps or waits for a disk does. Nothing is said of programs
    that keep several cores busy: their times do not add up so.
    """
    known = [
        (one.wall_s, one.cpu_s, one.involuntary_switches, one.voluntary_switches)
        for one in repetitions
    ]
    found = [
        (wall, core, taken, given)
        for wall, core, taken, given in known
        if core is not None and taken is not None and given is not None
    ]
    if not found or len(found) < len(known):
        return None
    wall_s, core_s = sum(one[0] for one in found), sum(one[1] for one in found)
    interruptions, pauses = sum(one[2] for one in found), sum(one[3] for one in found)
    share = 1 - core_s / wall_s if wall_s > 0 else 0.0
    is_alone = share < _NOTABLE or interruptions < len(found) or core_s > _PARALLEL * wall_s
    if is_alone or pauses > interruptions + _OF_THE_START * len(found):
        return None
    return Waited(interruptions=interruptions, share=share)

"""How people name the values of points: ``wall_s`` for ``metrics.wall_s``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ck_core.domain.point import Point, Scalar

GROUPS = ("", "choices.", "metrics.", "features.", "resolved.")
"""A name without a group means the first of these that a point has."""
COMMON_CHOICES = frozenset(
    {"compiler", "level", "flags", "pgo", "dataset", "command", "target", "repeat", "monitor"}
)
"""Of points of every program, beside ``env.NAME``; others are options of the program's own."""
_UID_DIGITS = 8


def candidates(name: str) -> tuple[str, ...]:
    """The full names that a name of a user's may mean, the first before the others."""
    return tuple(f"{group}{name}" for group in GROUPS)


def short_name(full: str) -> str:
    """What people may write for a full name, where nothing else of a point has it."""
    group, dot, rest = full.partition(".")
    return rest if dot and f"{group}." in GROUPS else full


def says_command(points: Iterable[Point]) -> str:
    """The choice that names the command of each, as an option that chooses commands does.

    ``framework`` where points have ``framework=tflite@2.14`` and no choice ``command``; else
    empty.
    """
    found: set[str] | None = None
    for point in points:
        own = set() if "command" in point.choices else _naming_command(point)
        found = own if found is None else found & own
    return min(found or {""})


def work_of(point: Point) -> tuple[str, str, str]:
    """Program, command and dataset: numbers of other work say nothing of a point.

    The command is empty where an option of the program's chooses it: then all do the same. The
    dataset is a component, or what meets a requirement of that key.
    """
    command = "" if says_command([point]) else point.command
    dataset = point.dataset.cid if point.dataset else str(point.choices.get("dataset", ""))
    return point.program.cid, command, dataset


def own_choices(point: Point) -> dict[str, Scalar]:
    """Those that options of the program's own have chosen, by the options' names."""
    return {name: one for name, one in point.choices.items() if is_own_choice(name)}


def is_own_choice(name: str) -> bool:
    """Whether a choice of that name is an option of the program's own."""
    return name not in COMMON_CHOICES and "." not in name


def _naming_command(point: Point) -> set[str]:
    own = own_choices(point)
    return {name for name, one in own.items() if str(one).partition("@")[0] == point.command}


def short_uids(uids: Sequence[str]) -> list[str]:
    """Their beginnings, long enough to tell them from each other."""
    lengths = range(_UID_DIGITS, 17)
    length = next((n for n in lengths if len({uid[:n] for uid in uids}) == len(uids)), 16)
    return [uid[:length] for uid in uids]


def unknown_names(asked: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Names that mean nothing among the known full names, each with the nearest that does."""
    from difflib import get_close_matches  # noqa: PLC0415  # only where something is wrong

    there = set(known)
    missing = [name for name in dict.fromkeys(asked) if there.isdisjoint(candidates(name))]
    if not missing:
        return {}
    possible = sorted({short_name(name) for name in there} | there)
    return {name: next(iter(get_close_matches(name, possible, n=1)), "") for name in missing}

"""How people name the values of points: ``wall_s`` for ``metrics.wall_s``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GROUPS = ("", "choices.", "metrics.", "features.", "resolved.")
"""A name without a group means the first of these that a point has."""
_UID_DIGITS = 8


def candidates(name: str) -> tuple[str, ...]:
    """The full names that a name of a user's may mean, the first before the others."""
    return tuple(f"{group}{name}" for group in GROUPS)


def short_name(full: str) -> str:
    """What people may write for a full name, where nothing else of a point has it."""
    group, dot, rest = full.partition(".")
    return rest if dot and f"{group}." in GROUPS else full


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

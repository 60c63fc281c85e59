"""Facts: what a report says in rows of a name and a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ck_core.publishing.texts import plain

MOST_VALUES = 6


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing to know; ``small`` explains it."""

    name: str
    value: str
    small: str = ""


def value_fact(name: str, values: Iterable[object]) -> Fact:
    """The different values, the most frequent first; empty where there is none."""
    found = Counter(plain(_text(value)) for value in values if value != "")
    if len(found) == 1:
        return Fact(name=plain(name), value=next(iter(found)))
    shown = [f"{value} ({count:,})" for value, count in found.most_common(MOST_VALUES)]
    more = len(found) - MOST_VALUES
    return Fact(
        name=plain(name), value=", ".join(shown), small=f"and {more:,} more" if more > 0 else ""
    )


def only_known(facts: Iterable[Fact]) -> list[Fact]:
    """Without facts that have no value."""
    return [one for one in facts if one.value]


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

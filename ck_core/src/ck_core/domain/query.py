"""What a search asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ck_core.domain.cid import Cid


@dataclass(frozen=True, kw_only=True)
class Query:
    """All of it must hold for a component to be found.

    Attributes:
        tags: it carries all of them; ``-tag`` excludes.
        words: each occurs in its name or meta, in any case of letters.
        where: an excerpt of its meta (CK's ``search_dict``): objects hold at least these keys,
            lists at least these elements.
        newest_first: by the last change of the meta, instead of by repository and name.
        limit: the first so many; None for all.
        names_only: whoever asks needs no metas, which take most of the time and memory.
    """

    cid: Cid
    tags: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    newest_first: bool = False
    limit: int | None = None
    names_only: bool = False

    @property
    def wanted_tags(self) -> frozenset[str]:
        return frozenset(tag for tag in self.tags if not tag.startswith("-"))

    @property
    def unwanted_tags(self) -> frozenset[str]:
        return frozenset(tag[1:] for tag in self.tags if tag.startswith("-"))


def holds(value: Any, excerpt: Any) -> bool:
    """Whether ``value`` has everything that ``excerpt`` has."""
    if isinstance(excerpt, Mapping):
        return isinstance(value, Mapping) and all(
            key in value and holds(value[key], inner) for key, inner in excerpt.items()
        )
    if isinstance(excerpt, list):
        return isinstance(value, list) and all(
            any(holds(one, inner) for one in value) for inner in excerpt
        )
    return type(value) is type(excerpt) and bool(value == excerpt)

"""Cids: names of components, ``repo:kind:name``."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from ck_core.domain.names import is_one_part
from ck_core.errors import UsageError


@dataclass(frozen=True)
class Cid:
    """A component's name; each part is an alias, a UID or a wildcard pattern."""

    kind: str
    name: str = "*"
    repository: str = "*"

    @property
    def is_pattern(self) -> bool:
        """Whether it may mean several components; any repository is searched for the first."""
        parts = [self.kind, self.name, *([self.repository] if self.repository != "*" else [])]
        return any(map(is_pattern, parts))

    def __str__(self) -> str:
        parts = [self.kind, self.name]
        return ":".join(parts if self.repository == "*" else [self.repository, *parts])


def parse_name(text: str, kind: str) -> Cid:
    """A name alone is of that kind; else as ``parse_cid``, whose error it raises."""
    return parse_cid(text) if ":" in text else Cid(kind, text)


def parse_cid(text: str) -> Cid:
    """``kind``, ``kind:name`` or ``repository:kind:name``.

    Raises:
        UsageError: not of that form.
    """
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not any(parts) or not all(map(_may_be_a_part, parts)):
        raise UsageError(
            f"'{text}' is not the name of a component",
            hint="write kind:name or repository:kind:name, for example program:sha256",
        )
    parts = [part or "*" for part in parts]
    if len(parts) == 3:
        return Cid(parts[1], parts[2], parts[0])
    return Cid(*parts)


def parse_destination(text: str) -> Cid:
    """Where something is copied or moved to; a bare word is a name. Raises as ``parse_cid``."""
    return parse_cid(text if ":" in text else f"::{text}")


def _may_be_a_part(text: str) -> bool:
    return not text or is_one_part(text)


def is_pattern(text: str) -> bool:
    """Whether a part of a Cid may stand for several names."""
    return any(mark in text for mark in "*?[")


def matches(text: str, pattern: str) -> bool:
    """Whether a name is meant by a part of a Cid: itself, or by its wildcards."""
    return text == pattern or fnmatchcase(text, pattern)

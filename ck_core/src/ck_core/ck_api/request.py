"""CK's input, read key by key."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ck_core.domain.cid import Cid, parse_cid, parse_destination
from ck_core.domain.merging import merged, nested
from ck_core.errors import UsageError

_YES = frozenset({"yes", "on", "true", "1"})


@dataclass(frozen=True)
class Request:
    """One input of ``access``; ``values`` are CK's keys, such as ``module_uoa``."""

    values: Mapping[str, Any]

    @property
    def action(self) -> str:
        return self.text("action")

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key)
        value = default if value is None else value
        if isinstance(value, (Mapping, list)):
            raise UsageError(f"'{key}' must be text, not {value!r:.60}")
        return str(value)

    def flag(self, key: str) -> bool:
        return self.text(key).lower() in _YES

    def number(self, key: str, default: int) -> int:
        try:
            return int(self.text(key, str(default)))
        except ValueError:
            raise UsageError(f"'{key}' must be a whole number, not {self.text(key)!r}") from None

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.values.get(key) or {}
        if not isinstance(value, Mapping):
            raise UsageError(f"'{key}' must be a dictionary, not {value!r:.60}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list, or CK's text with commas."""
        value = self.values.get(key) or ()
        if not isinstance(value, (str, list, tuple, set, frozenset)):
            raise UsageError(f"'{key}' must be a list, not {value!r:.60}")
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(str(part).strip() for part in parts if str(part).strip())

    def cid(self, prefix: str = "") -> Cid:
        """From ``cid``, or from ``repo_uoa``, ``module_uoa`` and ``data_uoa``.

        Args:
            prefix: ``new_`` for the target of a copy.
        """
        if text := self.text(f"{prefix}cid"):
            return parse_cid(text)
        parts = (self.text(f"{prefix}{part}_uoa") for part in ("repo", "module", "data"))
        repository, kind, name = (part or "*" for part in parts)
        return parse_cid(f"{repository}:{kind}:{name}")

    def all_cids(self) -> list[Cid]:
        """The first name and those behind it."""
        return [self.cid(), *map(parse_cid, self.texts("cids"))]

    def one_cid(self) -> Cid:
        """Raises UsageError where several are named."""
        if others := self.texts("cids"):
            raise UsageError(f"{self.action} takes one name, not '{others[0]}' as well")
        return self.cid()

    def target(self) -> Cid:
        """The second name of ``cp``, ``mv`` and ``ren``."""
        others = self.texts("cids")
        return parse_destination(others[0]) if others else self.cid("new_")


def parse_request(i: Mapping[str, Any] | Sequence[str] | str) -> Request:
    """Raises UsageError where there is no action, or the words cannot be read."""
    if not isinstance(i, (Mapping, str, list, tuple)):
        raise UsageError(f"the input must be a dictionary, words or text, not {i!r:.60}")
    values = dict(i) if isinstance(i, Mapping) else _from_words(_words(i))
    if not values.get("action"):
        raise UsageError("the input names no action", hint="{'action': 'search', ...}")
    return Request(values)


def _words(i: Sequence[str] | str) -> list[str]:
    if not isinstance(i, str):
        return [str(word) for word in i]
    try:
        return shlex.split(i)
    except ValueError as error:
        raise UsageError(f"{i!r:.60} cannot be read: {error}") from None


def _from_words(words: Sequence[str]) -> dict[str, Any]:
    """``search dataset:x --tags=jpeg --env.N=4 --flag``"""
    options = [word[2:] for word in words if word.startswith("--")]
    plain = [word for word in words if not word.startswith("--")]
    values: dict[str, Any] = dict(zip(("action", "cid"), plain, strict=False))
    if plain[2:]:
        values["cids"] = plain[2:]
    for option in options:
        key, equals, text = option.partition("=")
        values = merged(values, nested(key.replace("-", "_"), text if equals else "yes"))
    return values

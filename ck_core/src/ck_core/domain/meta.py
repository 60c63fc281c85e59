"""Typed reading of a component's ``meta.json``; a wrong type names file and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite, nan
from pathlib import Path
from typing import Any

from ck_core.domain.merging import split_tags
from ck_core.domain.names import is_one_part, stays_below
from ck_core.errors import BadComponentError

_YES = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False, "": False}


class WrongMetaError(BadComponentError):
    """What is said in one place of a meta cannot be.

    Attributes:
        key: as in ``choices.TILE.values``.
        problem: the end of a sentence that begins with the key.
    """

    def __init__(self, file: Path | str, key: str, problem: str) -> None:
        super().__init__(f"{file}: '{key}' {problem}", hint=f"correct that key in {file}")
        self.key = key
        self.problem = problem


class Meta:
    """A JSON object of a component, read key by key.

    Every reader returns its empty value for a missing key and raises
    BadComponentError for a value of another type.
    """

    def __init__(self, values: Mapping[str, Any], file: Path | str, place: str = "") -> None:
        self._values = values
        self._file = file
        self._place = place

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def raw(self, key: str) -> Any:
        """The value as it stands, or None."""
        return self._values.get(key)

    def text(self, key: str, default: str = "") -> str:
        """A text; numbers are accepted, since CK wrote ``"sort": 10`` and ``"10"`` alike."""
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise self.wrong(key, "text", value)
        if "\0" in str(value):  # no process takes one
            raise self.wrong(key, "text without NUL", value)
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; CK also wrote one text with commas."""
        value = self._values.get(key, [])
        if isinstance(value, str):
            value = split_tags(value)
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise self.wrong(key, "a list of texts", value)
        return tuple(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """CK's ``"yes"`` and ``"no"``, or a JSON boolean."""
        value = self._values.get(key, default)
        if isinstance(value, str):
            value = _YES.get(value.lower())
        if not isinstance(value, bool):
            raise self.wrong(key, '"yes" or "no"', self._values.get(key))
        return value

    def number(self, key: str, default: float = 0.0) -> float:
        value = self._values.get(key, default)
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = nan
        if not isfinite(number):
            raise self.wrong(key, "a number", value)
        return number

    def number_from_zero(self, key: str) -> float:
        number = self.number(key)
        if number < 0:
            raise self.wrong(key, "no negative number", number)
        return number

    def file_name(self, key: str, default: str) -> str:
        """The name of a file in the run's own directory."""
        name = self.text(key) or default
        if name and not is_one_part(name):
            raise self.wrong(key, "the name of a file, without a directory", name)
        return name

    def inner_paths(self, key: str) -> tuple[str, ...]:
        """Relative paths that stay below where they start."""
        paths = self.texts(key)
        for path in paths:
            if not stays_below(path):
                raise self.wrong(key, "paths that do not leave their directory", path)
        return paths

    def mapping(self, key: str) -> Meta:
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "an object", value)
        return Meta(value, self._file, f"{self._place}{key}.")

    def text_mapping(self, key: str) -> dict[str, str]:
        """An object whose values are texts, such as ``run_vars``."""
        inner = self.mapping(key)
        return {name: inner.text(name) for name in inner}

    def environment(self, key: str) -> dict[str, str]:
        """Environment variables."""
        for name in self.mapping(key):
            if not name or "=" in name or "\0" in name:
                raise self.wrong(key, "an object of environment variables", name)
        return self.text_mapping(key)

    def mappings(self, key: str) -> dict[str, Meta]:
        """An object of objects, such as ``run_cmds``."""
        inner = self.mapping(key)
        return {name: inner.mapping(name) for name in inner}

    def mapping_or_mappings(self, key: str) -> tuple[Meta, ...]:
        """One object or a list of objects, such as ``enable_if_env``."""
        value = self._values.get(key, [])
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in found):
            raise self.wrong(key, "a list of objects", value)
        return tuple(
            Meta(one, self._file, f"{self._place}{key}[{number}].")
            for number, one in enumerate(found)
        )

    def wrong(self, key: str, expected: str, found: object) -> WrongMetaError:
        """The error for a value that is not what ``key`` must be; completes "must be"."""
        return self.mistaken(key, f"must be {expected}, not {_short(found)}")

    def mistaken(self, key: str, problem: str) -> WrongMetaError:
        """The error for whatever else is wrong there; without a key, with this object."""
        place = f"{self._place}{key}" if key else self._place.removesuffix(".")
        return WrongMetaError(self._file, place, problem)


def _short(found: object) -> str:
    try:
        return f"{found!r:.60}"
    except ValueError:  # an integer of thousands of digits
        return "that"

"""Values that a script gives by name, checked as the command line checks its own."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ck_core.domain.units import LONGEST_S
from ck_core.domain.variation_text import split_values
from ck_core.errors import UsageError


@dataclass(frozen=True)
class Given:
    """Keyword arguments of one method; every reader raises UsageError for what it cannot use.

    Attributes:
        method: for messages.
    """

    method: str
    values: Mapping[str, object]

    def check_names(self, known: Iterable[str]) -> None:
        """Raises UsageError that tells the nearest name."""
        names = [*known]
        for name in self.values:
            if name not in names:
                near = get_close_matches(name, names, n=1, cutoff=0.5)
                meant = f"did you mean {near[0]}? " if near else ""
                raise UsageError(
                    f"{self.method} takes no '{name}'",
                    hint=f"{meant}it takes {', '.join(names)}",
                )

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A single text is a list of one."""
        value = self.values.get(name) or ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, (list, tuple, set, frozenset)):
            raise self._wrong(name, "a list of texts")
        if not all(isinstance(one, str) for one in value):
            raise self._wrong(name, "a list of texts")
        return tuple(value)

    def words(self, name: str) -> tuple[str, ...]:
        """Of one text, quoted as for a shell; or a list of them."""
        try:
            return tuple(word for text in self.texts(name) for word in shlex.split(text))
        except ValueError as error:
            raise UsageError(f"{name}={self.values[name]!r} cannot be read: {error}") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "True or False")
        return value

    def whole(self, name: str, low: int, high: int) -> int | None:
        """None where it is not given."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(name, f"a whole number from {low} to {high}")
        return value

    def seconds(self, name: str) -> float | None:
        """None where it is not given."""
        value = self.values.get(name)
        if value is None:
            return None
        if (
            not isinstance(value, (int, float))
            or isinstance(value, bool)
            or not 0 < value <= LONGEST_S
        ):
            raise self._wrong(name, f"a number of seconds above 0, and {LONGEST_S:.0f} at the most")
        return float(value)

    def mapping(self, name: str) -> dict[str, str]:
        """Name to one value each, a number or a text."""
        found = self._mapping(name)
        if any(not isinstance(one, (str, int, float)) for one in found.values()):
            raise self._wrong(name, "a dictionary of texts or numbers")
        return {key: str(value) for key, value in found.items()}

    def lists(self, name: str) -> dict[str, tuple[str, ...]]:
        """Name to a list each, or to a text with commas."""
        found = self._mapping(name)
        if any(not isinstance(one, (str, list, tuple, range)) for one in found.values()):
            raise self._wrong(name, "a dictionary of lists")
        return {key: _listed(value) for key, value in found.items()}

    def _mapping(self, name: str) -> dict[str, object]:
        value = self.values.get(name) or {}
        if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value):
            raise self._wrong(name, "a dictionary by name")
        return dict(value)

    def _wrong(self, name: str, expected: str) -> UsageError:
        return UsageError(f"{name} must be {expected}, not {self.values.get(name)!r:.60}")


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return split_values(value)
    return tuple(map(str, value)) if isinstance(value, (list, tuple, range)) else ()

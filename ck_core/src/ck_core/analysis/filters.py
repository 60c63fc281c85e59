"""Conditions on points: ``compiler=gcc and (wall_s<0.2 or not level=3)``.

What a comparison means, here and in SQL (``store/experiments/filter_sql.py``) alike:

- A name that a point lacks makes the comparison false, ``!=`` too.
- A bare number is compared with numbers and with texts that read as one: ``4`` equals the
  ``"4"`` of an environment variable. ``true`` and ``false`` are 1 and 0, and those words.
- A bare word is equal to ``PRODUCT@VERSION`` as well where it is the product: ``compiler=gcc``
  is any gcc, ``compiler!=gcc`` none.
- Everything else, and whatever is quoted, is compared with texts, by code points. A number
  is never equal to it, less or greater.
- ``~`` asks whether a text contains another, letter by letter.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from ck_core.domain.point import Scalar
from ck_core.domain.point_names import candidates

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_LONGEST_NUMBER = 300
_LARGEST_INTEGER = 2**63 - 1
_WORDS = {"true": 1, "false": 0}
_ORDERS: dict[str, Callable[[float | str, float | str], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
OPERATORS = (*_ORDERS, "~")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``name operator text``.

    Attributes:
        number: where the text stands bare and reads as one.
        is_word: where it stands bare and reads as none.
    """

    name: str
    operator: str
    text: str
    number: float | None = None
    is_word: bool = False

    @property
    def names_product(self) -> bool:
        """Whether a label with any version is equal to it."""
        return self.is_word and self.operator in {"=", "!="}

    def holds(self, scalars: Mapping[str, Scalar]) -> bool:
        value = value_of(scalars, self.name)
        if value is None:
            return False
        if self.operator == "~":
            return isinstance(value, str) and self.text in value
        number = number_of(value) if self.number is not None else None
        if number is not None and self.number is not None:
            return _ORDERS[self.operator](number, self.number)
        if self.names_product and isinstance(value, str):
            equal = value == self.text or value.startswith(f"{self.text}@")
            return equal == (self.operator == "=")
        if self.number is None and isinstance(value, str):
            return _ORDERS[self.operator](value, self.text)
        equal = isinstance(value, str) and value == self.text
        return {"=": equal, "!=": not equal}.get(self.operator, False)


@dataclass(frozen=True, kw_only=True)
class All:
    """Every part holds."""

    parts: tuple[Expression, ...]

    def holds(self, scalars: Mapping[str, Scalar]) -> bool:
        return all(part.holds(scalars) for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Some:
    """At least one part holds."""

    parts: tuple[Expression, ...]

    def holds(self, scalars: Mapping[str, Scalar]) -> bool:
        return any(part.holds(scalars) for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Not:
    """The part does not hold."""

    part: Expression

    def holds(self, scalars: Mapping[str, Scalar]) -> bool:
        return not self.part.holds(scalars)


Expression = Comparison | All | Some | Not


def value_of(scalars: Mapping[str, Scalar], name: str) -> Scalar | None:
    """What a name means in one point; None where it has nothing of that name."""
    return next((scalars[full] for full in candidates(name) if full in scalars), None)


def names_in(expression: Expression) -> Iterator[str]:
    """Every name that is compared."""
    match expression:
        case Comparison():
            yield expression.name
        case Not():
            yield from names_in(expression.part)
        case All() | Some():
            for part in expression.parts:
                yield from names_in(part)


def number_of(value: Scalar) -> int | float | None:
    """A number, or what a text says that reads as one; integers beyond 64 bits as floats."""
    if isinstance(value, str):
        return _number_in(value)
    if isinstance(value, float) or -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER:
        return value
    return float(value)


def _number_in(text: str) -> int | float | None:
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    if text.lstrip("+-").isdigit():
        return number_of(int(text))
    number = float(text)
    return number if isfinite(number) else None


def literal_number(word: str) -> float | None:
    """The number that a bare word of a filter stands for."""
    return _WORDS[word] if word in _WORDS else number_of(word)

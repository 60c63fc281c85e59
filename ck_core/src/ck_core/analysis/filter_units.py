"""Units in conditions: ``wall_s<200ms`` is ``wall_s<0.2``, as the suffix of the name says."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from ck_core.analysis.filters import All, Comparison, Expression, Not, Some, number_of
from ck_core.domain.point_names import candidates
from ck_core.domain.units import Steps, steps_of
from ck_core.errors import UsageError

_WITH_UNIT = re.compile(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*([a-zA-Zµ]+)")
_NUMBERS = ("metrics.", "features.")
_ALSO = {"us": "µs", "uJ": "µJ", "KB": "kB"}


def in_units(expression: Expression, known: Collection[str]) -> Expression:
    """The same with plain numbers.

    Args:
        known: full names that points have.

    Raises:
        UsageError: a metric would be less or greater than what is no number.
    """
    match expression:
        case Comparison():
            meant = [full for full in candidates(expression.name) if full in known]
            return _compared(expression, meant)
        case Not():
            return Not(part=in_units(expression.part, known))
        case All():
            return All(parts=tuple(in_units(part, known) for part in expression.parts))
        case Some():
            return Some(parts=tuple(in_units(part, known) for part in expression.parts))


def _compared(one: Comparison, meant: list[str]) -> Comparison:
    """A choice may be any text; of metrics and features the name says what they are."""
    if one.number is not None or one.operator == "~" or not _all(meant, _NUMBERS):
        return one
    steps = steps_of(meant[0].partition(".")[2].removesuffix(".low").removesuffix(".high"))
    number = _number(one.text, steps or ())
    if number is not None:
        return replace(one, number=number, is_word=False)
    if one.operator[0] in "<>" and _all(meant, _NUMBERS[:1]):
        raise _no_number(one, steps or ())
    return one


def _all(meant: list[str], groups: tuple[str, ...]) -> bool:
    return bool(meant) and all(name.startswith(groups) for name in meant)


def _number(text: str, steps: Steps) -> float | None:
    found = _WITH_UNIT.fullmatch(text)
    if not found:
        return None
    count, unit = number_of(found[1]), _ALSO.get(found[2], found[2])
    step = next((size for size, name in steps if name == unit), None)
    return None if count is None or step is None else count * step


def _no_number(one: Comparison, steps: Steps) -> UsageError:
    units = ", ".join(unit for _, unit in reversed(steps))
    known = f"; units it may have: {units}" if units else "; it has no unit"
    plain = f"{one.name}{one.operator}2"
    return UsageError(
        f"{one.name}{one.operator}{one.text}: '{one.text}' is no number that {one.name} can have",
        hint=f"write for example {plain}{known}",
    )

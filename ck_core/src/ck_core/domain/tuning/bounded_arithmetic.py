"""Arithmetic for the expressions of strangers: on numbers alone, and never on huge ones."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

_MOST_BITS = 4096

Operation = Callable[[Any, Any], Any]


def _number(value: object) -> int | float:
    """Texts would repeat and format themselves without a limit; a power may be complex."""
    if not isinstance(value, (int, float)):
        raise TypeError(f"{value!r:.40} is no number")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise OverflowError("a number gets too large")
    return value


def _bounded(operation: Operation) -> Operation:
    def calculate(one: object, other: object) -> int | float:
        return _number(operation(_number(one), _number(other)))

    return calculate


def _power(base: float, exponent: float) -> Any:
    if isinstance(base, int) and isinstance(exponent, int):
        _check_bits(base.bit_length() * exponent)
    return base**exponent


def _shifted(number: int, places: int) -> int:
    _check_bits(number.bit_length() + places)
    return number << places


def _check_bits(bits: int) -> None:
    if bits > _MOST_BITS:
        raise OverflowError("a number gets too large")


OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _bounded(operator.add),
    ast.Sub: _bounded(operator.sub),
    ast.Mult: _bounded(operator.mul),
    ast.Div: _bounded(operator.truediv),
    ast.FloorDiv: _bounded(operator.floordiv),
    ast.Mod: _bounded(operator.mod),
    ast.Pow: _bounded(_power),
    ast.LShift: _bounded(_shifted),
    ast.RShift: _bounded(operator.rshift),
    ast.BitAnd: _bounded(operator.and_),
    ast.BitOr: _bounded(operator.or_),
    ast.BitXor: _bounded(operator.xor),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, others: operator.contains(others, one),
    ast.NotIn: lambda one, others: not operator.contains(others, one),
}
"""By the node of Python's syntax; for simpleeval."""

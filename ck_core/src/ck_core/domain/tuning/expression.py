"""Conditions and constraints on parameters: ``TILE_X * TILE_Y <= 1024 and LAYOUT == 'rows'``."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ck_core.domain.tuning.bounded_arithmetic import OPERATORS

if TYPE_CHECKING:
    from simpleeval import SimpleEval  # type: ignore[import-untyped]  # it ships no types

_LONGEST = 1000
_DEEPEST = 60
"""Far from where Python's own stack ends, whoever calls."""
_ALLOWED = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.BinOp, ast.UnaryOp, ast.Compare),
    *(ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.List),
    *OPERATORS,
)
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


class BadExpressionError(ValueError):
    """What is wrong, as a sentence without its subject."""


@dataclass(frozen=True)
class Expression:
    """Python's comparisons, arithmetic, ``and``, ``or``, ``not`` and ``in`` on parameters.

    Values that read as numbers are numbers. Strangers write these: nothing can be called, the
    syntax is a list of what is allowed, and numbers, depth and length have limits, so that
    working one out takes less than a millisecond or two.
    """

    text: str

    @classmethod
    def parsed(cls, text: str) -> Expression:
        """Raises BadExpressionError: it does not read as one, or names nothing."""
        if len(text) > _LONGEST:
            raise BadExpressionError(f"is longer than {_LONGEST} letters")
        try:
            tree = _tree(text.strip())
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadExpressionError(f"cannot be read: {_reason(error)}") from None
        if _is_deeper(tree, _DEEPEST):
            raise BadExpressionError(f"nests deeper than {_DEEPEST} levels")
        if not all(_is_allowed(node) for node in ast.walk(tree)):
            raise BadExpressionError("may only compare and calculate")
        found = cls(text.strip())
        if not found.names:
            raise BadExpressionError("names no parameter")
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Of the parameters that it speaks of."""
        nodes = ast.walk(_tree(self.text))
        return frozenset(node.id for node in nodes if isinstance(node, ast.Name))

    def given(self, values: Mapping[str, str]) -> Expression:
        """The same with values in the places of some of its names."""
        return Expression(ast.unparse(_Given(values).visit(_tree(self.text))))

    def renamed(self, names: Mapping[str, str]) -> Expression:
        """The same of parameters with other names."""
        return Expression(ast.unparse(_Renamed(names).visit(_tree(self.text))))

    def holds(self, values: Mapping[str, str]) -> bool:
        """With a value for each of its names.

        Raises:
            BadExpressionError: it cannot be worked out with these values.
        """
        evaluator, tree = self._evaluator
        evaluator.names = {name: _number(values[name]) for name in self.names}
        try:
            return bool(evaluator.eval(self.text, previously_parsed=tree))
        except Exception as error:  # noqa: BLE001  # whatever a stranger's arithmetic runs into
            raise BadExpressionError(f"cannot be worked out: {_reason(error)}") from None

    @cached_property
    def _evaluator(self) -> tuple[SimpleEval, Any]:
        from simpleeval import SimpleEval  # noqa: PLC0415  # only tuning needs it

        evaluator = SimpleEval(operators=dict(OPERATORS), functions={})
        for kind in (ast.Tuple, ast.List):  # its own compound types bring comprehensions
            evaluator.nodes[kind] = lambda node: [evaluator._eval(one) for one in node.elts]
        return evaluator, _tree(self.text).body


class _Given(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:  # the name is ast's
        known = node.id in self._values
        return ast.Constant(_number(self._values[node.id])) if known else node


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:  # the name is ast's
        return ast.Name(self._names.get(node.id, node.id), ctx=ast.Load())


def _tree(text: str) -> ast.Expression:
    with warnings.catch_warnings():  # of Python, about a stranger's style
        warnings.simplefilter("ignore")
        return ast.parse(text, mode="eval")


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (bool, int, float, str))
    return isinstance(node, _ALLOWED)


def _is_deeper(tree: ast.AST, levels: int) -> bool:
    row = [tree]
    for _ in range(levels):
        row = [inner for node in row for inner in ast.iter_child_nodes(node)]
    return bool(row)


def _reason(error: BaseException) -> str:
    return str(error).split("\n", 1)[0][:100] or type(error).__name__


def _number(text: str) -> float | int | str:
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text

"""Angles as OpenQASM writes them: ``-3*pi/4``, ``sin(theta)^2``."""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping

_CONSTANTS = {"pi": math.pi, "π": math.pi, "tau": math.tau, "euler": math.e}
_FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
}
_SIGNS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}


def angle_of(text: str, names: Mapping[str, float]) -> float:
    """Nothing of Python but its grammar is used; raises ValueError."""
    try:
        value = _value(_parsed(text), names)
    except (SyntaxError, ArithmeticError, KeyError, MemoryError):
        raise ValueError(f"{text!r:.40} is no angle") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r:.40} is no finite angle")
    return value


def _parsed(text: str) -> ast.expr:
    """What Python finds odd but understands is an angle, or refused, without a word of Python's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.strip().replace("^", "**"), mode="eval").body


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]  # as above
    if isinstance(node, ast.Name):
        return names[node.id] if node.id in names else _CONSTANTS[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _value(node.operand, names)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        return _SIGNS[type(node.op)](_value(node.left, names), _value(node.right, names))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return _FUNCTIONS[node.func.id](_value(node.args[0], names))
    raise KeyError(ast.dump(node))

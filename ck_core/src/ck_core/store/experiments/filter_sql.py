"""Conditions as SQL: what ``analysis/filters.py`` says, said to SQLite.

Names become columns of ours and values parameters; nothing that a user wrote is SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ck_core.analysis.filters import All, Comparison, Expression, Not, Some

Parameter = str | int | float


class Sql(NamedTuple):
    """A piece of SQL and the parameters of its question marks, in order."""

    text: str
    parameters: tuple[Parameter, ...] = ()


Column = Callable[[str], Sql]
"""From a name of a user's to its value in a row; ``NULL`` where no point has it."""


def condition(expression: Expression, column: Column) -> Sql:
    """1 where the expression holds for a row, else 0."""
    match expression:
        case Comparison():
            return _comparison(expression, column(expression.name))
        case Not():
            inner = condition(expression.part, column)
            return Sql(f"NOT ({inner.text})", inner.parameters)
        case All():
            return _joined(" AND ", [condition(part, column) for part in expression.parts])
        case Some():
            return _joined(" OR ", [condition(part, column) for part in expression.parts])


def _joined(word: str, parts: list[Sql]) -> Sql:
    text = word.join(f"({part.text})" for part in parts)
    return Sql(text, tuple(one for part in parts for one in part.parameters))


def _comparison(one: Comparison, value: Sql) -> Sql:
    text = encodable(one.text)
    if one.operator == "~":
        sql = f"typeof({value.text}) = 'text' AND instr({value.text}, ?) > 0"
        return Sql(sql, (*value.parameters, *value.parameters, text))
    if one.number is not None:
        return _number_comparison(one.operator, text, one.number, value)
    unlike = int(one.operator == "!=")
    return _by_type(
        value,
        text=_of_product(one, value, text)
        if one.names_product
        else _compared(value, one.operator, text),
        number=Sql(str(unlike)),
    )


def _of_product(one: Comparison, value: Sql, text: str) -> Sql:
    label = f"{text}@"
    equal = f"({value.text} = ? OR substr({value.text}, 1, ?) = ?)"
    parameters = (*value.parameters, text, *value.parameters, len(label), label)
    return Sql(equal if one.operator == "=" else f"NOT {equal}", parameters)


def _number_comparison(operator: str, text: str, number: float, value: Sql) -> Sql:
    """Texts that read as a number are compared as one, others by equality alone."""
    read = Sql(f"number({value.text})", value.parameters)
    equality = _compared(value, operator, text) if operator in {"=", "!="} else Sql("0")
    as_number = _compared(read, operator, number)
    return _by_type(
        value,
        text=Sql(
            f"CASE WHEN {read.text} IS NULL THEN {equality.text} ELSE {as_number.text} END",
            (*read.parameters, *equality.parameters, *as_number.parameters),
        ),
        number=_compared(value, operator, number),
    )


def _compared(value: Sql, operator: str, to: Parameter) -> Sql:
    return Sql(f"{value.text} {operator} ?", (*value.parameters, to))


def _by_type(value: Sql, *, text: Sql, number: Sql) -> Sql:
    return Sql(
        f"CASE typeof({value.text}) WHEN 'null' THEN 0 WHEN 'text' THEN {text.text}"
        f" ELSE {number.text} END",
        (*value.parameters, *text.parameters, *number.parameters),
    )


def encodable(text: str) -> str:
    """SQLite takes Unicode only: what is none becomes question marks, in rows and questions."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()

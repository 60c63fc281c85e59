"""Conditions and constraints that strangers write: what they may say, and that they end."""

from __future__ import annotations

import string
import time
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ck_core.domain.tuning.expression import BadExpressionError, Expression

VALUES = {"X": "8", "Y": "16", "F": "0.5", "LAYOUT": "rows", "BIG": "9" * 300}
ENDS_S = 5.0
"""Whatever works out takes a thousandth of that; what does not would take minutes."""


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("X < Y", True),
        ("X * Y <= 64", False),
        ("X * Y % 32 == 0 and X != Y", True),
        ("X / Y == 0.5 or missing_is_not_looked_at == 1", True),
        ("not X > Y", True),
        ("LAYOUT == 'rows'", True),
        ("LAYOUT in ('columns', 'tiles')", False),
        ("X not in [1, 2, 4]", True),
        ("4 <= X <= 8", True),
        ("X & (X - 1) == 0", True),
        ("(1 << X) == 2 ** X", True),
        ("F + F == 1", True),
        ("-X // 3 == -3", True),
        ("X", True),
        ("X - 8", False),
        ("BIG > 2 ** 900", True),
    ],
)
def test_what_holds(text: str, holds: bool) -> None:  # noqa: FBT001
    values = {**VALUES, "missing_is_not_looked_at": "0"}
    assert Expression.parsed(text).holds(values) is holds


def test_names() -> None:
    assert Expression.parsed("A < B and (A + C) % 2 == 0").names == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("value", "is_number"),
    [
        *((text, True) for text in ("1", "-2.5e3", ".5", "+7.")),
        *((text, False) for text in ("1_000", "nan", "0x10", "inf", "\u0661", "", "1 ")),
    ],
)
def test_values_that_read_as_numbers(value: str, is_number: bool) -> None:  # noqa: FBT001
    text = "V == 0 or V != 0 and not V == '" + value + "'"
    assert Expression.parsed(text).holds({"V": value}) is is_number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be read"),
        ("X <", "cannot be read"),
        ("X = 3", "cannot be read"),
        ("X\nY", "cannot be read"),
        ("X\0", "cannot be read"),
        ("1 < 2", "names no parameter"),
        ("X" * 1001, "longer than 1000"),
        ("(" * 400 + "X" + ")" * 400, "cannot be read"),
        ("(" * 90 + "X" + ",)" * 90, "nests deeper"),
        ("-" * 999 + "X", "nests deeper"),
        ("not " * 200 + "X", "nests deeper"),
        ("X" + "+X" * 300, "nests deeper"),
        *(
            (text, "may only compare and calculate")
            for text in (
                *("f(X)", "X.real", "X[0]", "X[:]", "lambda: X", "f'{X}'", "(Y := X)", "~X"),
                *("[x for x in X]", "{X}", "{X: X}", "X if X else X", "X is Y", "X @ Y"),
                *("1j == X", "b'' == X", "... == X", "None == X", "__import__('os') == X"),
                *("X.__class__.__mro__", "(yield X)", "(x for x in X)", "print(X)"),
            )
        ),
    ],
)
def test_what_does_not_read_as_one(text: str, said: str) -> None:
    with pytest.raises(BadExpressionError, match=said):
        Expression.parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9 > X",
        "9 ** 3999999 < X",
        "X ** X ** X ** X ** X > Y",
        "*".join(["9 ** 1200"] * 40) + " > X",
        "BIG ** 13 > 0",
        "BIG" + " * BIG" * 50 + " > 0",
        "1 << 1000000000 > X",
        "1 << X << X << X << X << X << X << 5000 > X",
        "'x' * 1000000000 == X",
        "('x',) * 1000000000 == X",
        "'%1000000000d' % X == X",
        "'a' + 'b' == X",
        "X / 0 > 1",
        "X % 0 > 1",
        "(-X) ** 0.5 == X",
        "2.5 ** 100000 > X",
        "X < 'text'",
        "LAYOUT + 1 > X",
        "-LAYOUT == X",
        "X in Y",
        "X in LAYOUT",
        "1.5 << X > 0",
        "1 << -X > 0",
    ],
)
def test_what_cannot_be_worked_out_ends_at_once(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(BadExpressionError, match="cannot be worked out"):
        Expression.parsed(text).holds(VALUES)
    assert time.monotonic() - started < ENDS_S


ALPHABET = string.digits + "XYF LAYOUT" + "()[]{},.:'\"+-*/%<>=!&|^~@\\\n\0é" + "andornotinislambda"


@given(text=st.text(alphabet=ALPHABET, max_size=60))
@example(text="9**9**9**9<X")
@example(text="'%99999999d'%9<X")
@settings(max_examples=400, deadline=None)
def test_any_text_holds_or_is_refused(text: str) -> None:
    started = time.monotonic()
    with suppress(BadExpressionError):
        found = Expression.parsed(text)
        assert found.holds(dict.fromkeys(found.names, "7")) in (True, False)
    assert time.monotonic() - started < ENDS_S


@st.composite
def calculations(draw: st.DrawFn) -> str:
    """Of sound syntax, with large numbers and all operators."""
    leaf = st.sampled_from(["X", "Y", "F", "BIG", "LAYOUT", "2", "4000000", "1e300", "'t'", "-1"])
    joint = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"])
    compare = st.sampled_from(["<", "<=", "==", "!=", "in", "not in", "and", "or"])
    terms = draw(st.lists(leaf, min_size=2, max_size=12))
    signs = draw(st.lists(joint, min_size=len(terms), max_size=len(terms)))
    pairs = zip(terms, signs, strict=True)
    text = terms[0] + "".join(f" {sign} ({term})" for term, sign in pairs)
    return f"({text}) {draw(compare)} X"


@given(text=calculations())
@settings(max_examples=400, deadline=None)
def test_any_calculation_ends(text: str) -> None:
    started = time.monotonic()
    with suppress(BadExpressionError):
        Expression.parsed(text).holds(VALUES)
    assert time.monotonic() - started < ENDS_S

"""Reading conditions: ``or`` binds weakest, then ``and``, then ``not``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ck_core.analysis.filters import (
    OPERATORS,
    All,
    Comparison,
    Expression,
    Not,
    Some,
    literal_number,
)
from ck_core.errors import UsageError

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"[^"]*"|'[^']*')
      | (?P<mark>!=|<=|>=|==|[=<>~()])
      | (?P<word>[^\s()=!<>~"']+)
    )""",
    re.VERBOSE,
)
_KEYWORDS = frozenset({"and", "or", "not"})
_MOST_COMPARISONS = 200
_DEEPEST = 10
"""SQLite's own parser stops at a stack of 100, and a level takes several places of it."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int

    def is_(self, kind: str, text: str) -> bool:
        return self.kind == kind and self.text == text


_END = "the end"


def parse_filter(text: str) -> Expression:
    """A condition that a user typed.

    Raises:
        UsageError: it is none; says where, by column from 1.
    """
    parser = _Parser(text, _tokens(text))
    expression = parser.either()
    parser.expect_end()
    return expression


def _tokens(text: str) -> list[_Token]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            rest = text[place:].lstrip()
            raise _wrong(text, f"{rest[:20]!r} cannot be read", len(text) - len(rest) + 1)
        kind = match.lastgroup
        tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        place = match.end()
    return [*tokens, _Token("end", _END, end + 1)]


class _Parser:
    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._comparisons = 0

    def either(self) -> Expression:
        parts = self._joined("or", self._both)
        return parts[0] if len(parts) == 1 else Some(parts=parts)

    def expect_end(self) -> None:
        token = self._tokens[self._place]
        if token.kind != "end":
            raise self._unexpected(token, "'and' or 'or'")

    def _both(self) -> Expression:
        parts = self._joined("and", self._one)
        return parts[0] if len(parts) == 1 else All(parts=parts)

    def _joined(self, keyword: str, part: Callable[[], Expression]) -> tuple[Expression, ...]:
        parts = [part()]
        while self._tokens[self._place].is_("word", keyword):
            self._place += 1
            parts.append(part())
        return tuple(parts)

    def _one(self) -> Expression:
        token = self._next()
        if not (token.is_("word", "not") or token.is_("mark", "(")):
            return self._comparison(token)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _wrong(self._text, f"nests deeper than {_DEEPEST}", token.column)
        inner = Not(part=self._one()) if token.text == "not" else self._closed()
        self._depth -= 1
        return inner

    def _closed(self) -> Expression:
        inner = self.either()
        token = self._next()
        if not token.is_("mark", ")"):
            raise self._unexpected(token, "')'")
        return inner

    def _comparison(self, name: _Token) -> Comparison:
        self._comparisons += 1
        if self._comparisons > _MOST_COMPARISONS:
            raise _wrong(self._text, f"has more than {_MOST_COMPARISONS} comparisons", name.column)
        if not _is_value(name):
            raise self._unexpected(name, "a name")
        mark, value = self._next(), self._next()
        compared = "=" if mark.is_("mark", "==") else mark.text
        if mark.kind != "mark" or compared not in OPERATORS:
            raise self._unexpected(mark, f"one of {' '.join(OPERATORS)}")
        if not _is_value(value):
            raise self._unexpected(value, "a value")
        number = literal_number(value.text) if value.kind == "word" else None
        return Comparison(
            name=_content(name),
            operator=compared,
            text=_content(value),
            number=number,
            is_word=value.kind == "word" and number is None,
        )

    def _next(self) -> _Token:
        """The end is given as often as it is asked for."""
        token = self._tokens[self._place]
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def _unexpected(self, token: _Token, expected: str) -> UsageError:
        found = _END if token.kind == "end" else f"'{token.text}'"
        return _wrong(self._text, f"expected {expected}, found {found}", token.column)


def _is_value(token: _Token) -> bool:
    return token.kind == "quoted" or (token.kind == "word" and token.text not in _KEYWORDS)


def _content(token: _Token) -> str:
    return token.text[1:-1] if token.kind == "quoted" else token.text


def _wrong(text: str, problem: str, column: int) -> UsageError:
    return UsageError(
        f"the filter {text!r:.200}, column {column}: {problem}",
        hint="write for example 'compiler=gcc and wall_s<0.2'; quote values that hold spaces",
    )

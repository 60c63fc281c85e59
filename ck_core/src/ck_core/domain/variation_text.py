"""Several values as one text: ``gcc,clang``, ``-O2;-O3 -g``, ``1%``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ck_core.errors import UsageError


def parse_precision(text: str) -> float:
    """A share above 0 and below 1; raises UsageError."""
    number, percent, rest = text.partition("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        share = 0.0
    if rest.strip() or not 0 < share < 1:
        raise UsageError(f"precision '{text}' is no share", hint="write 1% or 0.01")
    return share


def split_values(text: str) -> tuple[str, ...]:
    """Without empty ones, unless there is nothing else."""
    found = [one.strip() for one in _split(text, ",", quotes="")]
    return tuple(dict.fromkeys(filter(None, found))) or ("",)


def parse_flag_sets(text: str) -> tuple[tuple[str, ...], ...]:
    """An empty set is one without flags; raises UsageError where a quote is not closed."""
    try:
        return tuple(tuple(shlex.split(one)) for one in _split(text, ";", quotes="\"'"))
    except ValueError as error:
        raise UsageError(f"flags {text!r} cannot be read: {error}") from None


def _split(text: str, mark: str, *, quotes: str) -> Iterator[str]:
    """At marks that are neither inside quotes nor behind a backslash."""
    part, quote, escaped = "", "", False
    for letter in text:
        if escaped or (letter == mark and quote):
            part += letter if not escaped or letter == mark else "\\" + letter
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == mark:
            yield part
            part = ""
        else:
            quote = _quote_after(quote, letter, quotes)
            part += letter
    yield part + "\\" * escaped


def _quote_after(quote: str, letter: str, quotes: str) -> str:
    if quote:
        return "" if letter == quote else quote
    return letter if letter in quotes else ""

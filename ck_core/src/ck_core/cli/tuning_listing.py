"""What a search would vary, as a table that begins with what matters most, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.domain.harmless import on_one_line
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.tuning.tuning_json import parameter_json

_COLUMNS = ("parameter", "values", "default", "group")
_FIRST = ("-O", "-march", "-flto", "--pgo")
"""What people try by hand."""
_OF_THE_PROGRAM = ("choices", "own")
_NUMBERS = ("--param", "-mllvm")
_FLAGS = "flags"
_MOST = 6
"""Values in words; of more there are the first ones, or both ends."""
_NOTHING = "none"
"""The default of what is not passed, where nobody says what that means."""


def show_parameters(parameters: Sequence[Parameter], *, allow_inexact: bool, as_json: bool) -> None:
    """Of all that is offered: what is varied, then what is left out for being inexact."""
    if as_json:
        print_json(listed_json(parameters, allow_inexact=allow_inexact))
        return
    found = sorted(parameters, key=_importance)
    if not found:
        ConsoleReporter().note("no plugin offers to vary anything here")
        return
    varied = [part for one in found if (part := one if allow_inexact else one.exact)]
    _show_table("", [one for one in varied if not _is_of_many(one)])
    _show_table(f"group {_FLAGS}, more", [one for one in varied if _is_of_many(one)])
    if not allow_inexact:
        left_out = [part for one in found if (part := one.restricted(tuple(one.inexact)))]
        _show_table("off unless --allow-inexact", left_out, marked=False)


def listed_json(parameters: Sequence[Parameter], *, allow_inexact: bool) -> list[dict[str, Any]]:
    found = sorted(parameters, key=_importance)
    return [parameter_json(one, allow_inexact=allow_inexact) for one in found]


def _show_table(title: str, parameters: Sequence[Parameter], *, marked: bool = True) -> None:
    """With a title it is of a compiler's flags, whose names leave no room for their group."""
    if not parameters:
        return
    if title:
        click.echo(f"\n{title}:")
    columns = _COLUMNS[:-1] if title else _COLUMNS
    print_table(columns, [_row(one, marked=marked)[: len(columns)] for one in parameters])


def _importance(one: Parameter) -> tuple[int, str, str]:
    """The program's own keep the order of its meta."""
    if one.name in _FIRST:
        return _FIRST.index(one.name), "", ""
    if one.group in _OF_THE_PROGRAM:
        return len(_FIRST), "", ""
    if not _is_of_many(one):
        return len(_FIRST) + 1, one.group, one.name
    return len(_FIRST) + 2 + one.name.startswith(_NUMBERS), "", one.name


def _is_of_many(one: Parameter) -> bool:
    """Of the hundreds that a compiler has."""
    return one.group == _FLAGS and one.name not in _FIRST


def _row(one: Parameter, *, marked: bool = True) -> Sequence[str]:
    """Args: marked: whether inexact values say that they are."""
    inexact = one.inexact if marked else frozenset()
    cells = (one.name, _values_text(one, inexact), _default_text(one), one.group)
    return [*map(on_one_line, cells)]


def _values_text(one: Parameter, inexact: frozenset[str]) -> str:
    """``-O3 | -O2``, ``on | off``, ``1..100 (5 values)``."""
    others = inexact.issuperset(one.others)
    marks = frozenset() if others else inexact
    texts = [*_texts(one, marks)]
    return _abridged(texts, is_quantity=one.ordered) + " (inexact)" * others


def _texts(one: Parameter, marked: frozenset[str]) -> Iterator[str]:
    for value in one.values:
        if text := _text(one, value):
            yield f"{text} (inexact)" if value in marked else text


def _abridged(texts: Sequence[str], *, is_quantity: bool) -> str:
    if is_quantity and len(texts) > 3:
        return f"{texts[0]}..{texts[-1]} ({len(texts)} values)"
    if len(texts) > _MOST:
        return f"{' | '.join(texts[: _MOST - 1])} | ... ({len(texts)} values)"
    return " | ".join(texts)


def _default_text(one: Parameter) -> str:
    return _text(one, one.default) or _NOTHING


def _text(one: Parameter, value: str) -> str:
    """Without the parameter's name; empty of what is not passed and nobody knows."""
    if not value:
        return one.default_told
    if one.place is not Place.FLAG:
        return value
    switch = {one.name: "on", f"{one.name[:2]}no-{one.name[2:]}": "off"}
    return switch.get(value, value.removeprefix(f"{one.name}="))

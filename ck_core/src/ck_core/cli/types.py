"""What the words of the command line are read as."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from math import isnan
from typing import Any

import click

from ck_core.domain.cid import Cid, parse_cid
from ck_core.domain.merging import merged, nested, split_tags
from ck_core.domain.units import LONGEST_S
from ck_core.errors import UsageError


class CidType(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.5
    """``kind``, ``kind:name`` or ``repository:kind:name``, as ``parse`` reads it."""

    name = "cid"

    def __init__(self, parse: Callable[[str], Cid] = parse_cid) -> None:
        self._parse = parse

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> Cid:
        return value if isinstance(value, Cid) else self._parse(str(value))


class TagsType(click.ParamType):  # type: ignore[type-arg]  # as above
    """Comma-separated tags; ``-tag`` excludes."""

    name = "tags"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> frozenset[str]:
        if isinstance(value, frozenset):
            return value
        return frozenset(split_tags(str(value)))


class PairType(click.ParamType):  # type: ignore[type-arg]  # as above
    """``NAME=VALUE``, written ``--env.NAME=VALUE`` or ``--env NAME=VALUE``."""

    name = "name=value"

    def __init__(self, example: str = "--env.OMP_NUM_THREADS=4") -> None:
        self._example = example

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not name or not equals or "\0" in str(value):
            raise UsageError(f"'{value}' is not NAME=VALUE", hint=f"write {self._example}")
        return name, text


class SecondsType(click.FloatRange):
    """A time that a timer can wait for."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True, max=LONGEST_S)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(super().convert(value, param, ctx))
        if isnan(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return seconds


class FlagsType(click.ParamType):  # type: ignore[type-arg]  # as above
    """Compiler flags, quoted as for a shell; none is run by one."""

    name = "flags"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(shlex.split(str(value)))
        except ValueError as error:
            raise UsageError(f"--flags={value!r} cannot be read: {error}") from None


class MetaType(click.ParamType):  # type: ignore[type-arg]  # as above
    """A part of a meta: ``{"a": {"b": 1}}``, or ``a.b=text``, written ``--dict.a.b=text``."""

    name = "json"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        text = str(value)
        return _json_object(text) if text.lstrip().startswith("{") else _nested(text)


def combined(parts: tuple[Mapping[str, Any], ...]) -> Mapping[str, Any]:
    """Several parts of one meta as a whole."""
    whole: Mapping[str, Any] = {}
    for part in parts:
        whole = merged(whole, part)
    return whole


def _json_object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{text!r:.60} is not JSON: {error}") from None
    return dict(found)


def _nested(text: str) -> Mapping[str, Any]:
    path, equals, value = text.partition("=")
    if not equals or not all(path.split(".")):
        raise UsageError(f"{text!r:.60} is neither a JSON object nor KEY=VALUE")
    return nested(path, value)

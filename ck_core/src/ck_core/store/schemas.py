"""Metas held against the JSON Schemas of ``ck_core.schemas``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from ck_core.domain.json_place import JsonPlaces
from ck_core.domain.mistake import MISSING, Mistake, no_such_key

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

KINDS = frozenset(
    {"program", "dataset", "soft", "package", "model", "experiment", "solution", "env"}
)
"""Kinds with a schema; a name from outside never becomes part of a path."""
_SHARED = "shared.json"


def check_meta(kind: str, text: str, file: str) -> list[Mistake]:
    """All mistakes in the text of a meta, by line; none for a kind without schema."""
    if kind not in KINDS:
        return []
    try:
        errors = _validator(kind).iter_errors(json.loads(text))
        places = JsonPlaces(text)
        mistakes = {mistake for error in errors for mistake in _mistakes(error, places, file)}
    except (ValueError, RecursionError) as error:
        return [_unreadable(error, file)]
    return sorted(mistakes, key=lambda mistake: (mistake.line, mistake.key))


def _mistakes(error: ValidationError, places: JsonPlaces, file: str) -> Iterator[Mistake]:
    """One for the value itself, or one for each key that it lacks or must not have."""
    schema, value = cast(Any, error.schema), cast(Any, error.instance)
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(path, value, list(schema["properties"]), places, file)
        return
    wrong = [(path, schema, _found(value))]
    if error.validator == "required":
        lacking = [name for name in schema["required"] if name not in value]
        wrong = [((*path, name), schema["properties"][name], MISSING) for name in lacking]
    for place, part, found in wrong:
        line, key, expected = places.line_of(place), _key(place), part["x-expected"]
        yield Mistake(file=file, line=line, key=key, expected=expected, found=found)


def _unknown_keys(
    path: tuple[str | int, ...],
    value: Iterable[str],
    known: Sequence[str],
    places: JsonPlaces,
    file: str,
) -> Iterator[Mistake]:
    for key in value:
        if key not in known:
            problem, line = no_such_key(_printable(key), known), places.line_of((*path, key))
            yield Mistake(file=file, line=line, key=_key(path), problem=problem)


def _unreadable(error: Exception, file: str) -> Mistake:
    """``json`` raises ValueError, without a line, for a number of thousands of digits."""
    line, found = 1, "a number with that many digits"
    if isinstance(error, RecursionError):
        found = "text that nests deeper than any meta does"
    elif isinstance(error, json.JSONDecodeError):
        line, found = error.lineno, f"text that is wrong at column {error.colno} ({error.msg})"
    return Mistake(file=file, line=line, key="", expected="JSON", found=found)


def _key(path: tuple[str | int, ...]) -> str:
    """``run_cmds.default.hot_functions[0].name``"""
    steps = (f"[{step}]" if isinstance(step, int) else f".{_printable(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def _found(value: object) -> str:
    match value:
        case str():
            return f'"{_printable(value):.60}"'
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "an object" if value else "an empty object"
        case _:
            return f"{json.dumps(value):.60}"


def _printable(text: str) -> str:
    """Strangers' text must neither steer a terminal nor be impossible to encode."""
    return text if text.isprintable() else json.dumps(text)[1:-1]


@cache
def _validator(kind: str) -> Draft202012Validator:
    # Start-up: only who checks a meta pays for these.
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from referencing import Registry, Resource  # noqa: PLC0415

    shared = Resource.from_contents(_schema(_SHARED))
    registry: Registry[Any] = Registry().with_resource(_SHARED, shared)
    return Draft202012Validator(_schema(f"{kind}.json"), registry=registry)


def _schema(name: str) -> Any:
    from importlib.resources import files  # noqa: PLC0415  # as above

    return json.loads(files("ck_core.schemas").joinpath(name).read_text(encoding="utf-8"))

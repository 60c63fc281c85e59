"""Whether the values of a line are a point; strict, and quick: an index checks a million."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from ck_core.domain.names import is_uid
from ck_core.domain.point import SCHEMA, STAGES, STATUSES

REQUIRED = ("uid", "recorded_at", "program")
"""Besides ``schema``."""
_SCALARS = frozenset({str, int, float, bool})
_NUMBERS = frozenset({int, float})
_OPTIONAL_NUMBERS = _NUMBERS | {type(None)}
_METRIC_KEYS = ("value", "low", "high", "detail")
_METRIC_VALUES = _OPTIONAL_NUMBERS | {bool}


class BadPointError(ValueError):
    """What is wrong, as a predicate of the line: ``has no 'uid'``."""


def check_point(values: object) -> dict[str, Any]:
    """The values of a line that is a point of this schema.

    Raises:
        BadPointError: says which key is wrong.
    """
    if type(values) is not dict:
        raise BadPointError(f"must hold an object, not {_found(values)}")
    _check_schema(values.get("schema"))
    for key in REQUIRED:
        if key not in values:
            raise BadPointError(f"has no '{key}'")
    for key, value in values.items():
        if check := _CHECKS.get(key):
            check(key, value)
    if values.get("status", "ok") not in STATUSES:
        raise _wrong("status", f"one of {', '.join(STATUSES)}", values["status"])
    if values.get("stage", "") not in ("", *STAGES):
        raise _wrong("stage", f"one of {', '.join(STAGES)}", values["stage"])
    return values


def _check_schema(schema: object) -> None:
    if schema is None:
        raise BadPointError("has no 'schema'")
    if type(schema) is not int or schema < 1:
        raise _wrong("schema", "a whole number from 1", schema)
    if schema > SCHEMA:
        raise BadPointError(
            f"has schema {schema:.0f}, which a later ckp wrote; this one reads schema {SCHEMA}"
            if schema < 1 << 53
            else "has an impossible schema"
        )


def _uid(key: str, value: object) -> None:
    if type(value) is not str or not is_uid(value):
        raise _wrong(key, "16 digits of 0-9 and a-f", value)


def _text(key: str, value: object) -> None:
    if type(value) is not str:
        raise _wrong(key, "text", value)


def _texts(key: str, value: object) -> None:
    if type(value) is not list or not {str}.issuperset(map(type, value)):
        raise _wrong(key, "a list of texts", value)


def _object(key: str, value: object) -> dict[str, Any]:
    if type(value) is not dict:
        raise _wrong(key, "an object", value)
    return value


def _text_mapping(key: str, value: object) -> None:
    if not {str}.issuperset(map(type, _object(key, value).values())):
        raise _wrong(key, "an object of texts", value)


def _integer(key: str, value: object) -> None:
    """Within 64 bits, as other programs read them."""
    if value is not None and (type(value) is not int or not -(2**63) <= value < 2**63):
        raise _wrong(key, "a whole number of 64 bits", value)


def _place(key: str, value: object) -> None:
    _integer(key, value)
    if isinstance(value, int) and value < 0:
        raise _wrong(key, "a whole number from 0", value)


def _flag(key: str, value: object) -> None:
    if value is not None and type(value) is not bool:
        raise _wrong(key, "true, false or null", value)


def _scalars(key: str, value: object) -> None:
    inner = _object(key, value)
    if not _SCALARS.issuperset(map(type, inner.values())):
        name = next(name for name, one in inner.items() if type(one) not in _SCALARS)
        raise _wrong(f"{key}.{name}", "text, a number, true or false", inner[name])
    _check_range(key, [one for one in inner.values() if type(one) in _NUMBERS])


def _characteristics(key: str, value: object) -> None:
    for name, raw in _object(key, value).items():
        if type(raw) is not list or not _OPTIONAL_NUMBERS.issuperset(types := {*map(type, raw)}):
            raise _wrong(f"{key}.{name}", "a list of numbers", raw)
        known = raw if len(types & _NUMBERS) == len(types) else [one for one in raw if one]
        _check_range(f"{key}.{name}", known)


def _metrics(key: str, value: object) -> None:
    numbers: list[float] = []
    for name, metric in _object(key, value).items():
        found, low, high, detail = map(_object(f"{key}.{name}", metric).get, _METRIC_KEYS)
        if type(found) not in _METRIC_VALUES:
            raise _wrong(f"{key}.{name}.value", "a number, true, false or null", found)
        for bound, limit in (("low", low), ("high", high)):
            if type(limit) not in _OPTIONAL_NUMBERS:
                raise _wrong(f"{key}.{name}.{bound}", "a number", limit)
        if "detail" in metric:
            _text(f"{key}.{name}.detail", detail)
        numbers += [one for one in (found, low, high) if one is not None]
    _check_range(key, numbers)


def _check_range(key: str, numbers: Sequence[float]) -> None:
    """JSON's ``1e999`` and integers of hundreds of digits are no numbers for arithmetic."""
    try:
        in_range = isfinite(sum(numbers)) or all(map(isfinite, numbers))
    except OverflowError:
        in_range = False
    if not in_range:
        raise BadPointError(f"'{key}' holds a number that is out of range")


def _component(key: str, value: object) -> None:
    inner = _object(key, value)
    if "cid" not in inner:
        raise BadPointError(f"has no '{key}.cid'")
    for name in ("cid", "uid", "repo", "commit", "digest"):
        if name in inner:
            _text(f"{key}.{name}", inner[name])
    _flag(f"{key}.modified", inner.get("modified"))


def _dataset(key: str, value: object) -> None:
    if value is not None:
        _component(key, value)


def _resolved(key: str, value: object) -> None:
    if type(value) is not list:
        raise _wrong(key, "a list of objects", value)
    for index, one in enumerate(value):
        place = f"{key}[{index}]"
        inner = _object(place, one)
        for name in ("key", "product", "version"):
            if name not in inner:
                raise BadPointError(f"has no '{place}.{name}'")
        for name in RESOLVED_TEXTS:
            if name in inner and type(inner[name]) is not str:
                raise _wrong(f"{place}.{name}", "text", inner[name])
        _text_mapping(f"{place}.made_with", inner.get("made_with", {}))


RESOLVED_TEXTS = (
    "key",
    "product",
    "version",
    "target",
    "origin",
    "package",
    "package_variation",
    "digest",
    "path",
    "plugin_release",
)


def _build(key: str, value: object) -> None:
    if value is None:
        return
    inner = _object(key, value)
    _texts(f"{key}.flags", inner.get("flags", []))
    _integer(f"{key}.size_bytes", inner.get("size_bytes"))
    _text(f"{key}.digest", inner.get("digest", ""))


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    **dict.fromkeys(("uid", "replay_of"), _uid),
    **dict.fromkeys(("recorded_at", "command", "status", "stage", "error", "ckp"), _text),
    **dict.fromkeys(("emulated_by", "session"), _text),
    **dict.fromkeys(("command_line", "notes"), _texts),
    **dict.fromkeys(("choices", "features"), _scalars),
    "characteristics": _characteristics,
    "metrics": _metrics,
    "program": _component,
    "dataset": _dataset,
    "resolved": _resolved,
    "build": _build,
    "plugins": _text_mapping,
    "seed": _integer,
    "place": _place,
    "correct": _flag,
}
KEYS = frozenset({"schema", *_CHECKS})
"""What this version knows; others are kept."""


def _wrong(key: str, expected: str, found: object) -> BadPointError:
    return BadPointError(f"'{key:.100}' must be {expected}, not {_found(found)}")


def _found(value: object) -> str:
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case int() if abs(value) >= 1 << 63:
            return "a number that large"
        case _:
            return f"{value!r:.60}"

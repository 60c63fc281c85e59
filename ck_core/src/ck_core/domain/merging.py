"""Changing a meta by an excerpt of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Objects are merged key by key, everything else is replaced; ``tags`` are added.

    A tag ``-x`` takes out ``x``. The order of keys stays; new ones come last.
    """
    result = dict(values)
    for key, change in changes.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(change, Mapping):
            result[key] = merged(old, change)
        elif key == "tags":
            result[key] = _merged_tags(tag_list(old), tag_list(change))
        else:
            result[key] = change
    return result


def nested(key: str, value: Any) -> dict[str, Any]:
    """``{"a": {"b": value}}`` for ``a.b``."""
    first, dot, rest = key.partition(".")
    return {first: nested(rest, value) if dot else value}


def split_tags(text: str) -> list[str]:
    """Tags of a text with commas."""
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def tag_list(value: Any) -> list[Any]:
    """Tags as a list: CK also wrote one text with commas."""
    if isinstance(value, str):
        return split_tags(value)
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else []


def without(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The values less ``key``, which may lead into objects: ``run_vars.N``."""
    first, _, rest = key.partition(".")
    inner = values.get(first)
    if rest and isinstance(inner, Mapping):
        return {**values, first: without(inner, rest)}
    return {name: value for name, value in values.items() if name != first or rest}


def _merged_tags(old: list[Any], change: list[Any]) -> list[Any]:
    gone = {tag[1:] for tag in change if isinstance(tag, str) and tag.startswith("-")}
    new = [tag for tag in change if not (isinstance(tag, str) and tag.startswith("-"))]
    return [tag for tag in dict.fromkeys([*old, *new]) if tag not in gone]

"""CK's flat keys: ``##choices#env#OMP_NUM_THREADS`` for what lies nested in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def flattened(value: Any, prefix: str) -> dict[str, Any]:
    """Every single value, ``#KEY`` for a step into an object and ``@INDEX`` into a list."""
    return dict(_flattened(value, prefix))


def _flattened(value: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flattened(inner, f"{prefix}#{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flattened(inner, f"{prefix}@{index}")
    else:
        yield prefix, value


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """``{"env.N": 4}`` as ``{"env": {"N": 4}}``; a name that another is part of stays flat."""
    tree: dict[str, Any] = {}
    for name, value in sorted(values.items()):
        *steps, last = name.split(".")
        place = _inner(tree, steps) if all((*steps, last)) else None
        if place is None or last in place:
            tree[name] = value
        else:
            place[last] = value
    return tree


def _inner(tree: dict[str, Any], steps: Sequence[str]) -> dict[str, Any] | None:
    """The object that the steps lead to, made where it is missing; None where a value is."""
    for step in steps:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            return None
        tree = inner
    return tree


def statistics_of(key: str, values: Sequence[Any]) -> dict[str, Any]:
    """What CK keeps of repeated values in ``.flat.json`` (``experiment``, ``stat_analysis``)."""
    unique = [one for index, one in enumerate(values) if one not in values[:index]]
    found: dict[str, Any] = {"repeats": len(values), "all": [*values], "all_unique": unique}
    numbers = [one for one in values if type(one) in {int, float}]
    if numbers:
        low, high = min(numbers), max(numbers)
        found |= {"min": low, "max": high, "range": high - low, "halfrange": (high - low) / 2}
        found |= {"center": low + (high - low) / 2, "mean": sum(numbers) / len(numbers)}
        if low:
            found["range_percent"] = (high - low) / low
    return {f"{key}#{name}": value for name, value in found.items()}

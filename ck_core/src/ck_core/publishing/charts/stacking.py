"""Several pictures as one: below each other, each with its title and scales of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ck_core.publishing.charts.layout import Specification

_BETWEEN = 44
_OF_THE_WHOLE = ("datasets", "description")


def stacked(pictures: Sequence[Specification]) -> Specification:
    """One picture stays as it is."""
    if len(pictures) == 1:
        return pictures[0]
    datasets: dict[str, Any] = {}
    panels = []
    for number, one in enumerate(pictures):
        named = {name: f"{name}-{number}" for name in one.get("datasets", {})}
        datasets |= {named[name]: table for name, table in one.get("datasets", {}).items()}
        panel = {key: value for key, value in one.items() if key not in _OF_THE_WHOLE}
        panels.append(_renamed(panel, named))
    return {
        "description": " ".join(one["description"] for one in pictures),
        **({"datasets": datasets} if datasets else {}),
        "vconcat": panels,
        "spacing": _BETWEEN,
        "resolve": {"scale": {"color": "independent", "shape": "independent"}},
    }


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """Datasets are known to the whole picture: those of two panels must not be one."""
    if isinstance(node, list):
        return [_renamed(one, names) for one in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"name"} and node["name"] in names:
        return {"name": names[node["name"]]}
    return {
        key: value if key == "values" else _renamed(value, names) for key, value in node.items()
    }

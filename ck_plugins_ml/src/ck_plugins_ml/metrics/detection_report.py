"""``per_category.json``: how well things of each kind are found, where somebody wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

from ck_core.system.files import format_json, write_atomically
from ck_plugins_ml.metrics.detection import read_detection
from ck_plugins_ml.metrics.naming import readable_name, unicode_text

_COUNTS = ("images", "categories", "of_categories")
_MEANS = ("map_50_95", "map_50", "map_75", "map_small", "map_medium")


def write_detection_report(place: Path, names: Sequence[str], directory: Path) -> None:
    """Into a directory of its own below ``place``, as that of classes is; nothing where nobody has
    evaluated.

    Args:
        names: framework, version, model, precision.
        directory: of the repetition.

    Raises:
        StrangeFileError: what was evaluated is damaged.
        StorageError: it cannot be written.
    """
    found = read_detection(directory)
    if found is None:
        return
    told = {"schema": 1, "of": [*map(unicode_text, names)], **_told(found)}
    digest = sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]
    own = place.absolute() / f"{readable_name(names)}-{digest}"
    write_atomically(own / "per_category.json", format_json(told))


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    """-1 is COCOeval's word for: there is nothing to compare with."""
    if reason := found.get("reason"):
        return {"reason": unicode_text(str(reason))}
    kinds = found.get("per_category")
    return {
        **{name: _number(found.get(name)) for name in (*_COUNTS, *_MEANS)},
        "per_category": {
            unicode_text(str(name)): _number(value)
            for name, value in (kinds if isinstance(kinds, dict) else {}).items()
        },
    }


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isfinite(value) and value >= 0 else None

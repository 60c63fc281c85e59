"""``per_class.json`` and ``confusion.svg``, where somebody wants them.

A repetition's own directory goes when it has been judged, so the user names a place that stays.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from ck_core.analysis.proportions import wilson
from ck_core.system.files import format_json, read_text, write_atomically
from ck_plugins_ml.metrics.confusion import ClassResult, Confusion, confusion
from ck_plugins_ml.metrics.documents import PREDICTIONS, Predictions
from ck_plugins_ml.metrics.naming import readable_name, unicode_text
from ck_plugins_ml.metrics.picture import confusion_svg

_LARGEST = 1 << 28


def write_report(
    place: Path, names: Sequence[str], predictions: Predictions, directory: Path
) -> None:
    """Into a directory of its own below ``place``, named for what was run and what it answered.

    So the points of a sweep lie side by side, and repetitions that answer the same are one.

    Args:
        names: framework, version, model, precision.
        directory: of the repetition; the names of classes are read there.

    Raises:
        StorageError: it cannot be written.
    """
    own = place.absolute() / _directory_name(names, predictions)
    picture = own / "confusion.svg"
    if picture.is_file():  # the last that is written
        return
    found, classes = confusion(predictions), class_names(directory)
    values = {"of": [unicode_text(one) for one in names], **per_class(found, classes)}
    write_atomically(own / "per_class.json", format_json(values))
    write_atomically(own / PREDICTIONS, read_text(str(directory / PREDICTIONS), _LARGEST)[0])
    write_atomically(picture, confusion_svg(found, classes, " ".join(names)))


def per_class(found: Confusion, names: Sequence[str]) -> dict[str, Any]:
    """``confusion`` is by label, then by class that it was taken for, how often."""
    return {
        "schema": 1,
        "images": found.labelled + found.unlabelled,
        "labelled": found.labelled,
        "unlabelled": found.unlabelled,
        "classes": [_class(one, names) for one in found.classes],
        "confusion": _table(found),
    }


def class_names(directory: Path) -> list[str]:
    """By number; none where the dataset has not told them."""
    try:
        text, _ = read_text(str(directory / "prepared" / "prepared.json"), _LARGEST)
        values = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return []
    names = values.get("classes") if isinstance(values, dict) else None
    return [unicode_text(str(one)) for one in names] if isinstance(names, list) else []


def _class(one: ClassResult, names: Sequence[str]) -> dict[str, Any]:
    return {
        "class": one.number,
        "name": names[one.number] if one.number < len(names) else "",
        "images": one.images,
        "predicted": one.predicted,
        "right": one.right,
        "recall": one.right / one.images if one.images else None,
        "recall_interval": list(wilson(one.right, one.images)) if one.images else None,
        "precision": one.right / one.predicted if one.predicted else None,
        "precision_interval": list(wilson(one.right, one.predicted)) if one.predicted else None,
    }


def _table(found: Confusion) -> dict[int, dict[int, int]]:
    rows: dict[int, dict[int, int]] = {}
    for (label, taken), count in sorted(found.counts.items()):
        rows.setdefault(label, {})[taken] = count
    return rows


def _directory_name(names: Sequence[str], predictions: Predictions) -> str:
    digest = sha256(repr((predictions.labels, predictions.top)).encode()).hexdigest()[:8]
    return f"{readable_name(names)}-{digest}"

"""How well boxes fit, as ``script:detection-metrics`` has computed it by pycocotools."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from ck_core.domain.metric import Metric
from ck_core.system.json_files import read_json_file

DETECTION = "detection.json"
_NAMES = ("map_50_95", "map_50", "map_75")
_LARGEST = 1 << 24


def detection_metrics(directory: Path) -> dict[str, Metric]:
    """Nothing where nobody has evaluated; without a value, and with the reason, where it failed.

    Raises:
        StrangeFileError: the file is damaged.
    """
    values = read_detection(directory)
    if values is None:
        return {}
    detail = str(values.get("reason", "")) or _detail(values)
    return {name: _metric(name, values, detail) for name in _NAMES}


def read_detection(directory: Path) -> Mapping[str, Any] | None:
    """None where nobody has evaluated; raises StrangeFileError where the file is damaged."""
    file = directory / DETECTION
    if not file.exists():
        return None
    return read_json_file(file, _LARGEST).values


def _detail(values: Mapping[str, Any]) -> str:
    known, all_of_them = values.get("categories"), values.get("of_categories")
    return f"over {known} of {all_of_them} categories, {values.get('images')} images"


def _metric(name: str, values: Mapping[str, Any], detail: str) -> Metric:
    """COCOeval says -1 where there is nothing to compare with."""
    value = values.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not isfinite(value):
        return Metric(name=name, value=None, detail=detail)
    return Metric(name=name, value=value if value >= 0 else None, detail=detail)

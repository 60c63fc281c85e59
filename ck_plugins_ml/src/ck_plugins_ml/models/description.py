"""``model.json``: what a model's own file cannot say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.meta import Meta
from ck_core.domain.names import stays_below
from ck_core.errors import BadComponentError
from ck_plugins_datasets.beginnings import first_bytes

FILE = "model.json"
TASKS = ("image-classification", "object-detection")
USUAL_FILES: Mapping[str, str] = {
    "tflite": "model.tflite",
    "onnx": "model.onnx",
    "torchscript": "model.pt",
    "savedmodel": "model",
    "mxnet": ".",
    "network": ".",
}
"""Beside it, where it names no ``file``; other formats must."""
_SCHEMA = 1
_LARGEST = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Description:
    """What detection reads of it.

    Attributes:
        file: the model's, or its directory.
        vocabulary: the list of names that its classes are places in; may be empty.
    """

    name: str
    version: str
    task: str
    format: str
    precision: str
    file: Path
    vocabulary: str
    licence: str
    source: str

    @property
    def is_there(self) -> bool:
        return self.file.exists()


def read_description(file: Path) -> Description | None:
    """None where it is damaged, or a file of that name of somebody else's."""
    try:
        values = json.loads(first_bytes(file, _LARGEST))
        meta = Meta(values if isinstance(values, dict) else {}, file)
        return _described(meta, file.parent)
    except (ValueError, RecursionError, BadComponentError):
        return None


def _described(meta: Meta, directory: Path) -> Description | None:
    task, form = meta.text("task"), meta.text("format")
    own = meta.text("file") or USUAL_FILES.get(form, "")
    is_ours = meta.number("schema") == _SCHEMA and task in TASKS and bool(meta.text("name"))
    if not is_ours or not own or not stays_below(own):
        return None
    return Description(
        name=meta.text("name"),
        version=meta.text("version"),
        task=task,
        format=form,
        precision=meta.text("precision"),
        file=directory if own == "." else directory / own,
        vocabulary=meta.mapping("labels").text("vocabulary"),
        licence=meta.text("licence"),
        source=meta.text("source"),
    )

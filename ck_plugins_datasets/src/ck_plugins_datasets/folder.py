"""Your own images: a directory of classes, or any that a ``dataset.json`` describes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.meta import Meta
from ck_core.errors import BadComponentError
from ck_plugins_datasets.beginnings import first_bytes
from ck_plugins_datasets.facts import (
    PRODUCTS,
    Found,
    Product,
    describe,
    digest_of_names,
    plain_name,
)
from ck_plugins_datasets.places import MOST_ENTRIES, Directory, read_directory

DESCRIPTION = "dataset.json"
_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".pgm", ".ppm", ".tif", ".tiff")
_LABEL_FILES = ("labels.txt", "val.txt")
_SPLITS = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val"}
_LARGEST = 1 << 16


@dataclass(frozen=True, kw_only=True)
class _Description:
    """What ``dataset.json`` says."""

    name: str
    title: str
    vocabulary: str
    licence: str
    source: str


def recognise(directory: Directory) -> Sequence[Installation]:
    """Directories of images nobody has described are no dataset unless they are classes.

    A place that was named to look in is not one itself, but by its description.
    """
    told = _description(directory)
    names, classes = _images(directory)
    if not names or not (told or (len(classes) > 1 and directory.depth)):
        return []
    labels = None if classes else _labels(directory)
    product, split = _name(directory, told)
    found = Found(
        layout="folder",
        product=product,
        path=directory.path,
        labels=labels,
        labelled=bool(classes or labels),
        vocabulary=told.vocabulary if told and told.vocabulary else product,
        count=len(names),
        split=split,
        digest=digest_of_names(directory.path, names, labels),
        product_facts=_facts(product, told),
    )
    return [describe(found)]


def _labels(directory: Directory) -> Path | None:
    files = [one for one in _LABEL_FILES if one in directory.files]
    return directory.path / files[0] if files else None


def _images(directory: Directory) -> tuple[list[str], list[str]]:
    """Names, and the classes they lie in; none where a directory is beside that is no class."""
    flat = [one for one in directory.files if _is_image(one)]
    if flat or not directory.directories:
        return flat, []
    names: list[str] = []
    for name in directory.directories:
        inner = read_directory(directory.path / name)
        found = [f"{name}/{one}" for one in inner.files if _is_image(one)] if inner else []
        names += found
        if not found or len(names) > MOST_ENTRIES:
            return [], []
    return names, list(directory.directories)


def _is_image(name: str) -> bool:
    return name.lower().endswith(_ENDINGS)


def _name(directory: Directory, told: _Description | None) -> tuple[str, str]:
    """Of ``imagenette/val`` the name is that of the directory above."""
    split = _SPLITS.get(directory.path.name.lower(), "")
    split = "test" if directory.path.name.lower() == "test" else split
    if told and told.name:
        return plain_name(told.name), split
    return plain_name(directory.path.parent.name if split else directory.path.name), split


def _facts(product: str, told: _Description | None) -> Product | None:
    if told is None:
        return PRODUCTS.get(product)
    return Product(
        title=told.title or product,
        licence=told.licence or "unknown: its dataset.json does not say",
        source=told.source,
    )


def _description(directory: Directory) -> _Description | None:
    if DESCRIPTION not in directory.files:
        return None
    file = directory.path / DESCRIPTION
    try:
        values = json.loads(first_bytes(file, _LARGEST))
        meta = Meta(values if isinstance(values, dict) else {}, file)
        return _Description(
            name=meta.text("name"),
            title=meta.text("title"),
            vocabulary=plain_name(meta.text("vocabulary")) if meta.text("vocabulary") else "",
            licence=meta.text("licence"),
            source=meta.text("source"),
        )
    except (ValueError, RecursionError, BadComponentError):
        return None

"""COCO 2017's validation images with their annotations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_plugins_datasets.beginnings import first_bytes
from ck_plugins_datasets.facts import DETECTION, Found, describe, digest_of_names
from ck_plugins_datasets.places import Directory

_SIZES = {"val2017": 5_000, "train2017": 118_287}
_OTHERS = frozenset({"train2017", "test2017", "unlabeled2017"})
_NAME = re.compile(r"(?:COCO_\w+_)?\d{12}\.jpe?g", re.IGNORECASE)


def recognise(directory: Directory) -> Sequence[Installation]:
    """``val2017`` or ``train2017``, whole or a part; other names where annotations lie beside."""
    names = [one for one in directory.files if _NAME.fullmatch(one)]
    annotations = annotations_of(directory.path)
    if not names or not (annotations or directory.path.name in _SIZES):
        return []
    return [describe(_found(directory.path, names, annotations))]


def _found(images: Path, names: Sequence[str], annotations: Path | None) -> Found:
    kind = "train" if "train" in images.name else "val"
    return Found(
        layout="coco2017",
        product="coco",
        version="2017",
        path=images,
        labels=annotations,
        labelled=annotations is not None,
        vocabulary="coco-80",
        task=DETECTION,
        count=len(names),
        whole=len(names) == _SIZES.get(images.name, 0),
        split=kind,
        tags=frozenset({f"coco2017-{kind}"}),
        digest=digest_of_names(images, names, annotations),
    )


def annotation_names(directory: str) -> list[str]:
    """``images/`` may have val2017's; what is COCO's own has only its own."""
    own = f"instances_{directory}.json"
    return [own] if directory in _OTHERS else [own, "instances_val2017.json"]


def annotations_of(images: Path) -> Path | None:
    """The JSON beside; whether it is sound is seen when it is used."""
    for name in annotation_names(images.name):
        file = images.parent / "annotations" / name
        if first_bytes(file, 64).lstrip().startswith(b"{"):
            return file
    return None

"""ILSVRC2012's validation images, in the layouts that its usual scripts make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_plugins_datasets.beginnings import first_line
from ck_plugins_datasets.facts import Found, content_digest, describe, digest_of_names
from ck_plugins_datasets.places import MOST_ENTRIES, Directory, read_directory
from ck_plugins_datasets.tars import Tar, read_tar

ALL = 50_000
_NAME = re.compile(r"ILSVRC2012_val_\d{8}\.JPEG")
_SYNSET = re.compile(r"n\d{8}")
_LABEL_FILES = {
    "val.txt": re.compile(r"(\S*/)?ILSVRC2012_val_\d{8}\.JPEG\s+\d+"),
    "val_map.txt": re.compile(r"(\S*/)?ILSVRC2012_val_\d{8}\.JPEG\s+\d+"),
    "labels/val.txt": re.compile(r"(\S*/)?ILSVRC2012_val_\d{8}\.JPEG\s+\d+"),
    "LOC_val_solution.csv": re.compile(r"ImageId,PredictionString"),
    "imagenet_2012_validation_synset_labels.txt": _SYNSET,
    "synset_labels.txt": _SYNSET,
}
"""What they are called, and what their first line looks like."""
_LEVELS = 5
"""Kaggle has the images in ILSVRC/Data/CLS-LOC/val and their labels above ILSVRC."""


def recognise_images(directory: Directory) -> Sequence[Installation]:
    """A flat directory, or one of synsets' directories."""
    return [describe(one) for one in _images(directory)]


def recognise_archives(directory: Directory) -> Sequence[Installation]:
    return [describe(one) for one in _archives(directory)]


def _images(directory: Directory) -> Iterator[Found]:
    names = [one for one in directory.files if _NAME.fullmatch(one)]
    if names:
        yield _found(directory.path, names, labels_near(directory.path))
    elif names := _in_synsets(directory):
        yield _found(directory.path, names, labels_near(directory.path), sorted_out=True)


def _found(
    path: Path, names: Sequence[str], labels: Path | None, *, sorted_out: bool = False
) -> Found:
    """Args: sorted_out: the directories they lie in are labels too."""
    return Found(
        layout="ilsvrc2012",
        product="imagenet",
        version="2012",
        path=path,
        labels=labels,
        labelled=sorted_out or labels is not None,
        vocabulary="imagenet-1k",
        count=len(names),
        whole=len(names) == ALL,
        split="val",
        tags=frozenset({"ilsvrc2012-val"}),
        digest=digest_of_names(path, names, labels),
    )


def _in_synsets(directory: Directory) -> list[str]:
    """Of the training images, which lie likewise, the first name tells."""
    names: list[str] = []
    for synset in filter(_SYNSET.fullmatch, directory.directories):
        inner = read_directory(directory.path / synset)
        files = inner.files if inner else ()
        found = [f"{synset}/{one}" for one in files if _NAME.fullmatch(one)]
        names += found
        if len(names) > MOST_ENTRIES or (files and not found):
            return []
    return names


def _archives(directory: Directory) -> Iterator[Found]:
    for name in (*directory.files, *directory.links):
        path = directory.path / name
        if name.lower().endswith(".tar") and (tar := read_tar(path, _NAME)):
            yield _found_archive(path, tar)


def _found_archive(path: Path, tar: Tar) -> Found:
    labels = labels_near(path)
    return Found(
        layout="ilsvrc2012",
        product="imagenet",
        version="2012",
        path=path,
        labels=labels,
        labelled=labels is not None or tar.sorted_out,
        vocabulary="imagenet-1k",
        count=tar.count,
        whole=tar.count == ALL,
        split="val",
        tags=frozenset({"ilsvrc2012-val", "tar"}),
        digest=f"sha256:{tar.digest}" if tar.digest else content_digest(path),
        problem=tar.problem,
    )


def labels_near(images: Path) -> Path | None:
    """Beside the images or in a directory above; what a file is called must fit what is in it."""
    above = (images, *images.parents) if images.is_dir() else images.parents
    for place in above[: _LEVELS + 1]:
        for name, looks in _LABEL_FILES.items():
            file = place / name
            if looks.match(first_line(file)):
                return file
    return None

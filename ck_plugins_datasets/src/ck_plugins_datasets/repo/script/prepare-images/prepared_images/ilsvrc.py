"""ILSVRC2012's validation images: a directory, one of synsets' directories, or a tar archive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from prepared_images.labels import read_classes, read_labels, synset_labels
from prepared_images.listing import Bytes, Folder, Image, Listing, file_facts, read_folder
from prepared_images.refusal import RefusedError
from prepared_images.tars import read_members

VOCABULARY = "imagenet-1k"
_CLASSES = 1000
_NAME = re.compile(r"ILSVRC2012_val_(\d{8})\.JPEG")
_SYNSET = re.compile(r"n\d{8}")
_IS_LINK = "is a symbolic link, which is not followed"

_Found = tuple[str, str, Bytes]
"""Name, synset of the directory it lies in (may be empty), place."""


def list_ilsvrc(path: Path, labels: Path | None, vocabulary: str) -> Listing:
    """Labels come from the file, else from a ``val.txt`` in or beside the images' directory.

    What it does not name has the label of the synset's directory that it lies in.

    Raises:
        RefusedError: there are no such images, or the archive or the labels are damaged.
    """
    found, skipped = (_in_tar(path), []) if path.is_file() else _in_directory(path)
    labels = labels or _labels_beside(path)
    known: Mapping[str, int] = read_labels(labels, _CLASSES) if labels else {}
    synsets = synset_labels()
    images = [Image(name, _label(name, synset, known, synsets), at) for name, synset, at in found]
    if not images:
        raise RefusedError(
            f"{path} has no file such as ILSVRC2012_val_00000001.JPEG",
            advice="ckp detect soft --tags=dataset,imagenet looks for it anew",
        )
    return Listing(
        images=images,
        facts=[file_facts(labels)] if labels else [],
        vocabulary=vocabulary or VOCABULARY,
        skipped=skipped,
        classes=read_classes(VOCABULARY),
    )


def _label(
    name: str, synset: str, known: Mapping[str, int], synsets: Mapping[str, int]
) -> int | None:
    match = _NAME.fullmatch(name)
    place = str(int(match[1])) if match else ""
    return known.get(name, known.get(place, synsets.get(synset)))


def _labels_beside(path: Path) -> Path | None:
    files = (path / "val.txt", path.parent / "val.txt")
    return next((one for one in files if one.is_file()), None)


def _in_tar(path: Path) -> list[_Found]:
    """By base names, the first of each; whatever else an archive names is not looked at."""
    found: dict[str, _Found] = {}
    for one in read_members(path):
        *_, synset, name = ("", *one.name.split("/"))
        if _NAME.fullmatch(name):
            found.setdefault(name, (name, synset, Bytes(str(path), one.offset, one.size)))
    return [found[name] for name in sorted(found)]


def _in_directory(path: Path) -> tuple[list[_Found], list[tuple[str, str]]]:
    top = read_folder(path)
    folders = [(path, "", top)]
    for synset in filter(_SYNSET.fullmatch, top.directories):
        folders.append((path / synset, synset, read_folder(path / synset)))
    found = {one[0]: one for folder in folders for one in _in_folder(*folder)}
    linked = [name for _, _, folder in folders for name in _named(folder.links)]
    return [found[name] for name in sorted(found)], [(name, _IS_LINK) for name in sorted(linked)]


def _in_folder(place: Path, synset: str, folder: Folder) -> Iterator[_Found]:
    for name in _named(folder.files):
        yield name, synset, Bytes(str(place / name))


def _named(names: Sequence[str]) -> Iterator[str]:
    return (name for name in names if _NAME.fullmatch(name))

"""A plain directory of images, or one of directories that are classes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prepared_images.labels import read_classes, read_labels, synset_labels
from prepared_images.listing import Bytes, Folder, Image, Listing, file_facts, read_folder
from prepared_images.refusal import RefusedError

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".pgm", ".ppm", ".tif", ".tiff")
_IS_LINK = "is a symbolic link, which is not followed"


def list_folder(path: Path, labels: Path | None, vocabulary: str) -> Listing:
    """Labels are the file's, else the places of the classes' names in their order.

    Where the names are synsets of ILSVRC2012, they are its labels.

    Raises:
        RefusedError: there is no image, or the labels are damaged.
    """
    top = read_folder(path)
    below = {name: read_folder(path / name) for name in top.directories}
    classes = [name for name, folder in below.items() if any(map(_is_image, folder.files))]
    if not classes:
        return _flat(path, top, labels, vocabulary)
    by_name, vocabulary, names = _numbered(classes, vocabulary)
    known = read_labels(labels) if labels else {}
    images = [
        Image(f"{name}/{file}", known.get(file, by_name[name]), Bytes(str(path / name / file)))
        for name in classes
        for file in filter(_is_image, below[name].files)
    ]
    linked = [f"{name}/{file}" for name in classes for file in filter(_is_image, below[name].links)]
    return _listing(images, linked, labels, vocabulary, names)


def _flat(path: Path, top: Folder, labels: Path | None, vocabulary: str) -> Listing:
    known: Mapping[str, int] = read_labels(labels) if labels else {}
    files = [name for name in top.files if _is_image(name)]
    if not files:
        raise RefusedError(
            f"{path} holds no image, nor a directory with some",
            advice=f"images are called {', '.join(f'*{one}' for one in ENDINGS)}",
        )
    images = [Image(name, known.get(name), Bytes(str(path / name))) for name in files]
    linked = [name for name in top.links if _is_image(name)]
    return _listing(images, linked, labels, vocabulary, read_classes(vocabulary))


def _numbered(classes: list[str], vocabulary: str) -> tuple[Mapping[str, int], str, list[str]]:
    """Label by directory's name, the vocabulary, and its classes."""
    synsets = synset_labels()
    if all(name in synsets for name in classes):
        return synsets, "imagenet-1k", read_classes("imagenet-1k")
    return {name: n for n, name in enumerate(classes)}, vocabulary, classes


def _listing(
    images: list[Image], linked: list[str], labels: Path | None, vocabulary: str, names: list[str]
) -> Listing:
    return Listing(
        images=images,
        facts=[file_facts(labels)] if labels else [],
        vocabulary=vocabulary,
        skipped=[(name, _IS_LINK) for name in linked],
        classes=names,
        labelled=any(one.label is not None for one in images),
        upright=True,
    )


def _is_image(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and not name.startswith(".")

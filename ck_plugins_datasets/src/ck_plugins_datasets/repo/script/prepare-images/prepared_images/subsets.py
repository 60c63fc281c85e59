"""The first images of a dataset, with their labels or annotations, in the same layout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from prepared_images.files import open_regular, unreadable
from prepared_images.layouts import list_images
from prepared_images.listing import Bytes, Image, Listing
from prepared_images.refusal import RefusedError, one_line

_REFUSED = 3
_PART = 1 << 20
_TELL_EVERY = 50


def main(count: int, directory: Path, variables: Mapping[str, str]) -> int:
    """Args: directory: an empty one. Answers an exit status."""
    try:
        _extract(count, directory, variables)
    except RefusedError as refusal:
        sys.stderr.write(f"ckp-subset: {one_line(refusal, 2000)}\n")
        return _REFUSED
    return 0


def _extract(count: int, directory: Path, variables: Mapping[str, str]) -> None:
    layout, path = variables["CKP_DATASET_LAYOUT"], Path(variables["CKP_DATASET_PATH"])
    labels = variables.get("CKP_DATASET_LABELS", "")
    everything = list_images(layout, path, Path(labels) if labels else None, "")
    if len(everything.images) < count:
        raise RefusedError(
            f"{path} has {len(everything.images):,} images, fewer than {count:,}",
            advice="ckp ls package shows smaller ones",
        )
    _WRITERS[layout](everything.first(count), directory)
    _write_provenance(count, directory, variables)


def _write_provenance(count: int, directory: Path, variables: Mapping[str, str]) -> None:
    """Whoever finds the directory later learns whose images these are."""
    told = {
        "images": f"the first {count} of {variables['CKP_DATASET_PATH']}",
        "digest of those": variables.get("CKP_DATASET_DIGEST", ""),
        "source": variables.get("CKP_DATASET_SOURCE", ""),
        "licence": variables.get("CKP_DATASET_LICENCE", ""),
    }
    lines = (f"{name}: {value}\n" for name, value in told.items())
    (directory / "PROVENANCE.txt").write_text("".join(lines), encoding="utf-8")


def _write_ilsvrc(listing: Listing, directory: Path) -> None:
    """``val`` and ``val.txt``; images without a label have no line in it."""
    _copy_all(listing, directory / "val")
    lines = (f"{one.id} {one.label}\n" for one in listing.images if one.label is not None)
    (directory / "val.txt").write_text("".join(lines), encoding="utf-8")


def _write_coco(listing: Listing, directory: Path) -> None:
    """``val2017`` and ``annotations/instances_val2017.json``, which name the same images."""
    _copy_all(listing, directory / "val2017")
    if listing.annotations is None:
        return
    known = listing.annotations.only(one.id for one in listing.images)
    file = directory / "annotations" / "instances_val2017.json"
    file.parent.mkdir()
    file.write_text(json.dumps(known), encoding="utf-8")


_WRITERS: Mapping[str, Callable[[Listing, Path], None]] = {
    "ilsvrc2012": _write_ilsvrc,
    "coco2017": _write_coco,
}


def _copy_all(listing: Listing, place: Path) -> None:
    place.mkdir()
    for number, image in enumerate(listing.images, start=1):
        _copy(image, place)
        if number % _TELL_EVERY == 0 or number == len(listing.images):
            sys.stdout.write(f"[{number}/{len(listing.images)}] images copied\n")
            sys.stdout.flush()


def _copy(image: Image, place: Path) -> None:
    """Its name is one that a reader has recognised: it leads nowhere else."""
    at = image.bytes
    try:
        descriptor = open_regular(at.file, follow=at.size >= 0)
        try:
            with (place / image.id).open("xb") as target:
                for begin, size in _parts(at, os.fstat(descriptor).st_size):
                    target.write(os.pread(descriptor, size, begin))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(at.file, error) from error


def _parts(at: Bytes, file_size: int) -> list[tuple[int, int]]:
    """Where to read, and how much, piece by piece."""
    size = at.size if at.size >= 0 else file_size
    end = at.offset + size
    return [(begin, min(_PART, end - begin)) for begin in range(at.offset, end, _PART)]

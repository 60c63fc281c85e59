"""The four layouts of datasets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from prepared_images.coco import list_coco
from prepared_images.folder import list_folder
from prepared_images.idx import list_idx
from prepared_images.ilsvrc import list_ilsvrc
from prepared_images.listing import Listing

_READERS: Mapping[str, Callable[[Path, Path | None, str], Listing]] = {
    "ilsvrc2012": list_ilsvrc,
    "coco2017": list_coco,
    "idx": list_idx,
    "folder": list_folder,
}
LAYOUTS = tuple(_READERS)


def list_images(layout: str, path: Path, labels: Path | None, vocabulary: str) -> Listing:
    """All that is there, in the order of names; no image is opened. Raises RefusedError."""
    return _READERS[layout](path, labels, vocabulary)

"""What a dataset holds: every image by name, label and place, before one is opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from prepared_images.files import unreadable

if TYPE_CHECKING:
    from prepared_images.coco import Annotations


@dataclass(frozen=True, slots=True)
class Bytes:
    """Where an image's bytes are: in ``file`` from ``offset`` on, ``size`` of them (-1: all).

    ``raw`` is (width, height) where they are grey pixels and no image file; ``turned`` is
    whether rows and columns are exchanged in them.
    """

    file: str
    offset: int = 0
    size: int = -1
    raw: tuple[int, int] | None = None
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """``label`` is None where nobody says what it shows."""

    id: str
    label: int | None
    bytes: Bytes


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A dataset's images, in the order of their names.

    Attributes:
        facts: of labels and annotations, what tells them from others (``file_facts``).
        skipped: names of images that cannot be had, with the reason.
        annotations: of COCO: what is on the images.
        absent: images that annotations name and that are not there.
        classes: names by label, where they are known.
        labelled: whether a missing label is worth a word.
        upright: images are turned as their EXIF says.
        packed: a file whose content is packed: images' places are those in it when unpacked.
    """

    images: Sequence[Image]
    facts: Sequence[object]
    vocabulary: str
    skipped: Sequence[tuple[str, str]] = ()
    classes: Sequence[str] = ()
    annotations: Annotations | None = None
    absent: Sequence[str] = ()
    labelled: bool = True
    upright: bool = False
    packed: Path | None = None

    def all_facts(self) -> list[object]:
        """What tells this content from another: names, labels, sizes and times of files."""
        files = dict.fromkeys(one.bytes.file for one in self.images)
        named = [(one.id, one.label, one.bytes.offset) for one in self.images]
        return [list(self.facts), list(self.skipped), named, [file_facts(one) for one in files]]

    def first(self, count: int) -> Listing:
        """Of the images the first ``count``; 0 is all."""
        return replace(self, images=self.images[:count]) if count else self

    def read_from(self, file: Path) -> Listing:
        """With all images' bytes in another file, at the same places."""
        images = [replace(one, bytes=replace(one.bytes, file=str(file))) for one in self.images]
        return replace(self, images=images)


@dataclass(frozen=True)
class Folder:
    """Names in a directory, sorted; a link counts as what is no file."""

    files: tuple[str, ...] = field(default=())
    directories: tuple[str, ...] = field(default=())
    links: tuple[str, ...] = field(default=())


def read_folder(path: str | Path) -> Folder:
    """Raises RefusedError."""
    found: dict[str, list[str]] = {"files": [], "directories": [], "links": []}
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                found[_kind(entry)].append(entry.name)
    except OSError as error:
        raise unreadable(path, error) from error
    return Folder(*(tuple(sorted(names)) for names in found.values()))


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "links"
    return "directories" if entry.is_dir(follow_symlinks=False) else "files"


def file_facts(path: str | Path) -> tuple[str, int, int]:
    """Raises RefusedError where it is gone."""
    try:
        state = os.stat(path)  # noqa: PTH116  # no Path for each of 50,000
    except OSError as error:
        raise unreadable(path, error) from error
    return str(path), state.st_size, state.st_mtime_ns

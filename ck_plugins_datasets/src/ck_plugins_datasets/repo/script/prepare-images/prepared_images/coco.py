"""COCO: a directory of images, and the JSON with what is on them.

Annotations and images are made to agree: images that no entry describes are left out, entries of
images that are not there as well, and annotations that no evaluation can use.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepared_images.files import read_limited
from prepared_images.listing import Bytes, Folder, Image, Listing, file_facts, read_folder
from prepared_images.refusal import RefusedError, one_line

VOCABULARY = "coco-80"
_LARGEST = 512 << 20
_OTHERS = frozenset({"train2017", "test2017", "unlabeled2017"})
"""COCO's own other directories, which val2017's annotations do not describe."""
_ENDINGS = (".jpg", ".jpeg", ".png")
_ADVICE = "get it again: annotations_trainval2017.zip, 241 MB"
_IMAGE_KEYS = ("id", "file_name", "width", "height")
_ANNOTATION_KEYS = ("id", "image_id", "category_id", "bbox", "area", "iscrowd")

_Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Annotations:
    """An instances file, as far as it makes sense.

    Attributes:
        images: by file name.
        usable: annotations of these images.
        unusable: how many are not, by reason.
    """

    images: Mapping[str, _Json]
    usable: Sequence[_Json]
    categories: Sequence[_Json]
    unusable: Mapping[str, int]

    def only(self, names: Iterable[str]) -> dict[str, object]:
        """The same form for some of the images, with no annotation of another.

        Annotations are numbered anew, from 1: pycocotools takes one of number 0 for none.
        """
        images = [self.images[name] for name in names]
        ids = {one["id"] for one in images}
        kept = [one for one in self.usable if one["image_id"] in ids]
        return {
            "images": [_part(one, _IMAGE_KEYS) for one in images],
            "annotations": [
                {**_part(one, _ANNOTATION_KEYS), "id": number}
                for number, one in enumerate(kept, start=1)
            ],
            "categories": list(self.categories),
        }


def list_coco(path: Path, labels: Path | None, vocabulary: str) -> Listing:
    """Raises RefusedError where there are no images, or the annotations are no such JSON."""
    folder = read_folder(path)
    file = labels or annotations_of(path)
    known = read_annotations(file) if file else None
    names = [one for one in folder.files if one.lower().endswith(_ENDINGS)]
    good = [one for one in names if known is None or one in known.images]
    if not good:
        raise RefusedError(
            f"{path} has no image" + (f" that {file} describes" if file else ""),
            advice="ckp detect soft --tags=dataset,coco looks for it anew",
        )
    return Listing(
        images=[Image(one, None, Bytes(str(path / one))) for one in good],
        facts=[file_facts(file)] if file else [],
        vocabulary=vocabulary or VOCABULARY,
        skipped=[*_not_described(names, good, file), *_linked(folder)],
        annotations=known,
        absent=sorted(known.images.keys() - set(names)) if known else (),
        labelled=False,
    )


def annotations_of(images: Path) -> Path | None:
    """``annotations/instances_val2017.json`` beside ``val2017``; None where there is none."""
    own = f"instances_{images.name}.json"
    names = [own] if images.name in _OTHERS else [own, "instances_val2017.json"]
    for name in names:
        file = images.parent / "annotations" / name
        if file.is_file():
            return file
    return None


def _not_described(
    names: Sequence[str], good: Sequence[str], file: Path | None
) -> list[tuple[str, str]]:
    reason = f"is not in {file.name}" if file else ""
    return [(one, reason) for one in sorted(set(names) - set(good))]


def _linked(folder: Folder) -> list[tuple[str, str]]:
    reason = "is a symbolic link, which is not followed"
    return [(one, reason) for one in folder.links if one.lower().endswith(_ENDINGS)]


def read_annotations(file: Path) -> Annotations:
    """Raises RefusedError where it is no JSON, or no object with COCO's lists."""
    try:
        values = json.loads(read_limited(file, _LARGEST))
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{file} is no JSON ({one_line(error)})", advice=_ADVICE) from error
    images = {_base(one["file_name"]): one for one in _objects(values, "images", file, _is_image)}
    categories = _objects(values, "categories", file, _is_category)
    ids = {one["id"] for one in images.values()}, {one["id"] for one in categories}
    judged = [(one, _fault(one, *ids)) for one in _list(values, "annotations", file)]
    return Annotations(
        images=images,
        usable=[one for one, fault in judged if not fault],
        categories=categories,
        unusable=Counter(fault for _, fault in judged if fault),
    )


def _list(values: object, key: str, file: Path) -> list[Any]:
    found = values.get(key) if isinstance(values, dict) else None
    if not isinstance(found, list):
        raise RefusedError(f"{file} has no list '{key}'", advice=_ADVICE)
    return found


def _objects(
    values: object, key: str, file: Path, is_sound: Callable[[_Json], bool]
) -> list[_Json]:
    found: list[_Json] = [
        one for one in _list(values, key, file) if isinstance(one, dict) and is_sound(one)
    ]
    if not found:
        raise RefusedError(f"{file} has nothing sound in '{key}'", advice=_ADVICE)
    return found


def _is_image(one: _Json) -> bool:
    return _is_id(one.get("id")) and isinstance(one.get("file_name"), str)


def _is_category(one: _Json) -> bool:
    return _is_id(one.get("id")) and isinstance(one.get("name"), str)


def _is_id(value: object) -> bool:
    return type(value) is int and abs(value) < 1 << 53


def _fault(one: object, images: set[int], categories: set[int]) -> str:
    """Why an annotation is of no use; empty when it is."""
    if not isinstance(one, dict) or not _is_id(one.get("id")):
        return "has no number"
    if not _is_id(one.get("image_id")) or one["image_id"] not in images:
        return "names an image that is not in the list"
    if not _is_id(one.get("category_id")) or one["category_id"] not in categories:
        return "names a category that is not in the list"
    return "" if _is_box(one.get("bbox")) and _is_size(one.get("area", 0.0)) else "has no sound box"


def _is_box(box: object) -> bool:
    """Left, top, width, height in pixels."""
    if not isinstance(box, list) or len(box) != 4 or not all(map(_is_finite, box)):
        return False
    return bool(box[2] > 0 and box[3] > 0)


def _is_finite(value: object) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and abs(value) < 1e9 and math.isfinite(value)  # type: ignore[arg-type]  # a number


def _is_size(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e18


def _part(one: _Json, keys: Sequence[str]) -> dict[str, Any]:
    found = {key: one[key] for key in keys if key in one}
    if "bbox" in found:
        found.setdefault("area", found["bbox"][2] * found["bbox"][3])
        found["iscrowd"] = int(found.get("iscrowd") == 1)
    if "file_name" in found:
        found["file_name"] = _base(found["file_name"])
    return found


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]

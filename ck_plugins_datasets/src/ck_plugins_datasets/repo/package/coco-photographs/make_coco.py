"""Photographs as COCO's images, with our boxes: ``make_coco.py PHOTOGRAPHS DIRECTORY``.

The boxes in boxes.json were drawn by hand, for nothing but to show that detection and its
evaluation work: four images say nothing of a model.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image


def main(photographs: Path, directory: Path) -> None:
    told = json.loads(Path(__file__).with_name("boxes.json").read_text(encoding="utf-8"))
    images, annotations = directory / "val2017", directory / "annotations"
    images.mkdir()
    annotations.mkdir()
    values: dict[str, Any] = {"images": [], "annotations": [], "categories": told["categories"]}
    ids = {one["name"]: one["id"] for one in told["categories"]}
    for number, (name, boxes) in enumerate(told["images"].items(), start=1):
        file = f"{number:012d}.jpg"
        with Image.open(photographs / name) as picture:
            picture.convert("RGB").save(images / file, quality=95)
            size = {"width": picture.width, "height": picture.height}
        values["images"].append({"id": number, "file_name": file, **size})
        for category, box in boxes:
            values["annotations"].append(
                _annotation(len(values["annotations"]) + 1, number, ids[category], box)
            )
    text = json.dumps(values, indent=1)
    (annotations / "instances_val2017.json").write_text(text, encoding="utf-8")
    shutil.copyfile(photographs / "LICENCES.txt", directory / "LICENCES.txt")


def _annotation(number: int, image: int, category: int, box: list[float]) -> dict[str, Any]:
    """``box`` is left, top, width, height."""
    known = {"id": number, "image_id": image, "category_id": category, "iscrowd": 0}
    return {**known, "bbox": box, "area": box[2] * box[3]}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Mean average precision of ``predictions.json``, by pycocotools, as ``detection.json``.

Run by an interpreter with pycocotools, in a repetition's directory with ``prepared/``:
``python -I evaluate.py``; CKP_MODEL_META names the model's description. Categories that the model
does not know are left out, and told.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

PREDICTIONS, PREPARED, ANSWER = "predictions.json", "prepared/prepared.json", "detection.json"
STATISTICS = {"map_50_95": 0, "map_50": 1, "map_75": 2, "map_small": 3, "map_medium": 4}
"""Places in ``COCOeval.stats``."""
OVERLAP = 0.6


class Refusal(Exception):  # noqa: N818  # no error of ours
    """Why nothing can be evaluated."""


def main() -> int:
    try:
        answer = evaluated(_read(PREDICTIONS), _read(PREPARED))
    except Refusal as refusal:
        answer = {"schema": 1, "reason": str(refusal)}
    partial = Path(f"{ANSWER}.part")
    partial.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    partial.replace(ANSWER)
    return 0


def _read(name: str) -> Any:
    try:
        return json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal(f"{name} cannot be read: {error}") from None


def evaluated(predictions: Any, prepared: Any) -> dict[str, Any]:
    if not prepared.get("annotations"):
        raise Refusal("the dataset has no annotations of boxes")
    truth = _quietly(lambda: _coco()(prepared["annotations"]))
    images = {Path(one["file_name"]).name: one["id"] for one in truth.dataset["images"]}
    places = _places(predictions["ids"], images)
    categories = _categories(predictions["names"], truth)
    if not categories:
        raise Refusal("the model knows none of the categories that the annotations have")
    rows = _rows(predictions["boxes"], places, categories)
    known = sorted(set(categories.values()))
    return {
        "schema": 1,
        "images": len(places),
        "categories": len(known),
        "of_categories": len(truth.dataset["categories"]),
        **_statistics(truth, rows, places, known),
    }


def _rows(found: list[Any], places: list[int], categories: dict[int, int]) -> list[dict[str, Any]]:
    """As pycocotools takes them."""
    return [
        {"image_id": place, "category_id": categories[row[0]], "score": row[1], "bbox": _box(row)}
        for place, boxes in zip(places, found, strict=True)
        for row in without_doubles(boxes, categories)
    ]


def _places(ids: list[str], images: dict[str, int]) -> list[int]:
    """Numbers of the images in the annotations."""
    names = [Path(one).name for one in ids]
    strangers = [one for one in names if one not in images]
    if strangers:
        raise Refusal(f"{strangers[0]} and {len(strangers) - 1} others are not in the annotations")
    return [images[one] for one in names]


def without_doubles(boxes: list[Any], categories: dict[int, int]) -> list[Any]:
    """Of known categories; where two classes are one category, a thing counts once.

    The detector has left out doubles of one class already.
    """
    kept: list[Any] = []
    for row in sorted(boxes, key=lambda one: -one[1]):
        if row[0] in categories and not any(_is_double(row, one, categories) for one in kept):
            kept.append(row)
    return kept


def _is_double(row: list[Any], surer: list[Any], categories: dict[int, int]) -> bool:
    is_other_class = surer[0] != row[0]
    is_same_kind = categories[surer[0]] == categories[row[0]]
    return is_other_class and is_same_kind and _overlap(surer, row) > OVERLAP


def _overlap(one: list[float], other: list[float]) -> float:
    """Intersection over union."""
    across = min(one[4], other[4]) - max(one[2], other[2])
    down = min(one[5], other[5]) - max(one[3], other[3])
    shared = max(across, 0.0) * max(down, 0.0)
    areas = [(row[4] - row[2]) * (row[5] - row[3]) for row in (one, other)]
    return shared / max(sum(areas) - shared, 1e-12)


def _categories(names: list[str], truth: Any) -> dict[int, int]:
    """Class to category: by the name, or by what the model's description calls it in COCO."""
    said = _called_in_coco(os.environ.get("CKP_MODEL_META", ""))
    known = {one["name"].lower(): one["id"] for one in truth.dataset["categories"]}
    called = [str(said.get(name, name)).lower() for name in names]
    return {number: known[name] for number, name in enumerate(called) if name in known}


def _called_in_coco(file: str) -> Any:
    """``labels.coco`` of a model's description: an object of names, if it has one."""
    described = _read(file) if file else {}
    labels = described.get("labels") if isinstance(described, dict) else None
    said = labels.get("coco", {}) if isinstance(labels, dict) else {}
    if not isinstance(said, dict):
        raise Refusal(f"{file}: 'labels.coco' is no object of the categories' names")
    return said


def _box(row: list[float]) -> list[float]:
    """Left, top, width, height."""
    left, top, right, bottom = row[2:]
    return [left, top, right - left, bottom - top]


def _statistics(truth: Any, rows: list[Any], places: list[int], known: list[int]) -> dict[str, Any]:
    """``loadRes`` fails where nothing was found; -1, as COCOeval has it, is nothing to find."""
    if not rows:
        is_something = truth.getAnnIds(imgIds=places, catIds=known, iscrowd=False)
        return {**dict.fromkeys(STATISTICS, 0.0 if is_something else -1.0), "per_category": {}}
    from pycocotools.cocoeval import COCOeval  # noqa: PLC0415  # looked for in _coco

    def compute() -> Any:
        judge = COCOeval(truth, truth.loadRes(rows), "bbox")
        judge.params.imgIds, judge.params.catIds = sorted(places), known
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
        return judge

    judge = _quietly(compute)
    found = {name: float(judge.stats[place]) for name, place in STATISTICS.items()}
    return {**found, "per_category": _per_category(judge, truth, known)}


def _per_category(judge: Any, truth: Any, known: list[int]) -> dict[str, float]:
    """Average precision over all overlaps, of categories that are in some image."""
    names = {one["id"]: one["name"] for one in truth.dataset["categories"]}
    tables = judge.eval["precision"][:, :, :, 0, -1]  # overlaps, recalls, categories; all sizes
    found = {names[one]: tables[:, :, place] for place, one in enumerate(known)}
    return {name: float(one[one > -1].mean()) for name, one in found.items() if (one > -1).any()}


def _coco() -> Any:
    try:
        from pycocotools.coco import COCO  # noqa: PLC0415  # told where it is missing
    except ImportError as error:
        raise Refusal(f"{sys.executable} has no pycocotools: {error}") from None
    return COCO


def _quietly(work: Any) -> Any:
    """pycocotools tells everything on standard output."""
    with contextlib.redirect_stdout(io.StringIO()):
        return work()


if __name__ == "__main__":
    sys.exit(main())

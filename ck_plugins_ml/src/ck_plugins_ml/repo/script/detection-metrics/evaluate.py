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
    places = [images[Path(one).name] for one in predictions["ids"]]
    categories = _categories(predictions["names"], truth)
    if not categories:
        raise Refusal("the model knows none of the categories that the annotations have")
    rows = [
        {"image_id": place, "category_id": categories[row[0]], "score": row[1], "bbox": _box(row)}
        for place, boxes in zip(places, predictions["boxes"], strict=True)
        for row in boxes
        if row[0] in categories
    ]
    known = sorted(set(categories.values()))
    return {
        "schema": 1,
        "images": len(places),
        "categories": len(known),
        "of_categories": len(truth.dataset["categories"]),
        **_statistics(truth, rows, places, known),
    }


def _categories(names: list[str], truth: Any) -> dict[int, int]:
    """Class to category: by the name, or by what the model's description calls it in COCO."""
    file = os.environ.get("CKP_MODEL_META", "")
    said = _read(file)["labels"].get("coco", {}) if file else {}
    known = {one["name"].lower(): one["id"] for one in truth.dataset["categories"]}
    called = [said.get(name, name).lower() for name in names]
    return {number: known[name] for number, name in enumerate(called) if name in known}


def _box(row: list[float]) -> list[float]:
    """Left, top, width, height."""
    left, top, right, bottom = row[2:]
    return [left, top, right - left, bottom - top]


def _statistics(truth: Any, rows: list[Any], places: list[int], known: list[int]) -> dict[str, Any]:
    """``loadRes`` fails where nothing was found."""
    if not rows:
        return {**dict.fromkeys(STATISTICS, 0.0), "per_category": {}}
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

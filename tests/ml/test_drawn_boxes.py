"""Pictures with boxes: drawn by script:detection-metrics, kept by the pack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ck_plugins_ml.metrics.boxes import keep_boxes
from ml.kit import REPOSITORY

DRAW = REPOSITORY / "script/detection-metrics/draw.py"
ORANGE = (0xE6, 0x9F, 0x00)
NAMES = ("abacus", "1.0", "ssd", "fp16")


def picture(file: Path, size: tuple[int, int] = (80, 40), **saved: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "white").save(file, **saved)


def draw(directory: Path, images: Path, found: dict[str, list[Any]], **variables: str) -> list[str]:
    """Names of the pictures."""
    told = {"ids": list(found), "boxes": list(found.values()), "names": ["cup"]}
    (directory / "predictions.json").write_text(json.dumps(told), encoding="utf-8")
    given = {"CKP_BOXES": "there", "CKP_DATASET_PATH": str(images), **variables}
    subprocess.run(
        [sys.executable, "-I", str(DRAW)],
        cwd=directory,
        env={**os.environ, **given},
        check=True,
        timeout=60,
    )
    return sorted(one.name for one in (directory / "boxes").glob("*"))


def edge(directory: Path, name: str) -> tuple[tuple[int, int], tuple[int, ...]]:
    """Its size, and the colour where the test's box has its lower right corner."""
    with Image.open(directory / "boxes" / name) as one:
        return one.size, one.getpixel((39, 39))


BOX = [0, 0.9, 10, 10, 39, 39]


def test_a_box_is_where_it_was_found(tmp_path: Path) -> None:
    picture(tmp_path / "images/a.png")
    assert draw(tmp_path, tmp_path / "images", {"a.png": [BOX]}) == ["a.png"]
    assert edge(tmp_path, "a.png") == ((80, 40), ORANGE)


def test_what_is_unsure_is_not_drawn(tmp_path: Path) -> None:
    picture(tmp_path / "images/a.png")
    draw(tmp_path, tmp_path / "images", {"a.png": [[0, 0.4, *BOX[2:]]]})
    assert edge(tmp_path, "a.png") == ((80, 40), (255, 255, 255))


@pytest.mark.parametrize(
    "strange",
    [[7, *BOX[1:]], [-1, *BOX[1:]], [0, 0.9, 39, 39, 10, 10], [0, 0.9, -50, -50, 900, 900]],
)
def test_boxes_and_classes_of_strangers(tmp_path: Path, strange: list[float]) -> None:
    picture(tmp_path / "images/a.png")
    assert draw(tmp_path, tmp_path / "images", {"a.png": [strange]}) == ["a.png"]


@pytest.mark.parametrize(("layout", "size"), [("folder", (40, 80)), ("coco2017", (80, 40))])
def test_photographs_stand_as_they_were_measured(
    tmp_path: Path, layout: str, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    picture(tmp_path / "images/a.jpg", exif=exif)
    draw(tmp_path, tmp_path / "images", {"a.jpg": [BOX]}, CKP_DATASET_LAYOUT=layout)
    assert edge(tmp_path, "a.png")[0] == size


def test_images_of_one_name_are_two_pictures(tmp_path: Path) -> None:
    picture(tmp_path / "images/x/a.png")
    picture(tmp_path / "images/y/a.png")
    found = draw(tmp_path, tmp_path / "images", {"x/a.png": [], "y/a.png": []})
    assert found == ["x_a.png", "y_a.png"]


def test_no_name_leads_out_of_the_dataset(tmp_path: Path) -> None:
    picture(tmp_path / "private.png")
    picture(tmp_path / "images/a.png")
    names = (str(tmp_path / "private.png"), "../private.png", "x/../../private.png")
    assert draw(tmp_path, tmp_path / "images", {name: [] for name in names}) == []


def test_each_variant_keeps_its_own(tmp_path: Path) -> None:
    picture(tmp_path / "boxes/a.png")
    keep_boxes(tmp_path / "kept", NAMES, tmp_path)
    keep_boxes(tmp_path / "kept", ("abacus", "1.0", "ssd", "fp32"), tmp_path)
    kept = sorted(str(one.relative_to(tmp_path / "kept")) for one in tmp_path.rglob("kept/*/*.png"))
    assert kept == ["abacus-1.0-ssd-fp16/a.png", "abacus-1.0-ssd-fp32/a.png"]


def test_names_of_strangers_stay_below(tmp_path: Path) -> None:
    picture(tmp_path / "boxes/a.png")
    keep_boxes(tmp_path / "kept", ("../../up", "/root"), tmp_path)
    assert len(list((tmp_path / "kept").rglob("*.png"))) == 1

"""Draws the boxes of ``predictions.json`` onto the first images, as ``boxes/NAME.png``.

Run by an interpreter with Pillow, in a repetition's directory: ``python -I draw.py``.
CKP_DATASET_PATH is where the images are. Nothing is drawn unless CKP_BOXES says where they are
wanted. Boxes below a score of 0.5 are left out.
"""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePath
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

LEAST, MOST = 0.5, 10
COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Of M. Okabe and K. Ito, told apart by everybody; by class."""
FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "GIF", "PPM", "TIFF")
"""What images are prepared from: Pillow knows formats that other programs are started for."""


def main() -> None:
    if not os.environ.get("CKP_BOXES"):
        return
    found = json.loads(Path("predictions.json").read_text(encoding="utf-8"))
    source, directory = Path(os.environ["CKP_DATASET_PATH"]), Path("boxes")
    upright = os.environ.get("CKP_DATASET_LAYOUT") == "folder"
    directory.mkdir(exist_ok=True)
    for name, boxes in list(zip(found["ids"], found["boxes"], strict=True))[:MOST]:
        if stays_below(name) and (source / name).is_file():  # not in an archive
            sure = [one for one in boxes if one[1] >= LEAST]
            picture = drawn(opened(source / name, upright=upright), sure, found["names"])
            picture.save(directory / file_name(name))


def stays_below(name: str) -> bool:
    """No name leads to a picture that is no part of the dataset."""
    path = PurePath(name)
    return not path.is_absolute() and ".." not in path.parts


def file_name(name: str) -> str:
    """Images of one name in two directories are two pictures."""
    path = PurePath(name)
    return "_".join([*path.parts[:-1], f"{path.stem}.png"])


def opened(file: Path, *, upright: bool) -> Image.Image:
    """As it was prepared: photographs of a folder are turned as their EXIF says."""
    picture = Image.open(file, formats=FORMATS)
    turned = ImageOps.exif_transpose(picture) if upright else picture
    return turned.convert("RGB")


def drawn(picture: Image.Image, boxes: list[Any], names: list[str]) -> Image.Image:
    """The surest on top."""
    pen = ImageDraw.Draw(picture)
    size = max(12, picture.height // 32)
    font = ImageFont.load_default(size)
    for number, score, left, top, right, bottom in reversed(boxes):
        colour = COLOURS[number % len(COLOURS)]
        corners = (min(left, right), min(top, bottom), max(left, right), max(top, bottom))
        pen.rectangle(corners, outline=colour, width=max(2, size // 6))
        name = names[number] if 0 <= number < len(names) else f"class {number}"
        _label(pen, corners, f"{name} {score:.0%}", colour, font)
    return picture


def _label(pen: Any, corners: tuple[float, ...], text: str, colour: str, font: Any) -> None:
    left, top = corners[:2]
    _, _, right, bottom = pen.textbbox((left, top), text, font=font)
    pen.rectangle((left, top, right + 4, bottom + 4), fill=colour)
    pen.text((left + 2, top + 2), text, fill="black", font=font)


if __name__ == "__main__":
    main()

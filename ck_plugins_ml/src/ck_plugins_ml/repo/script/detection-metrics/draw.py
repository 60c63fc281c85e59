"""Draws the boxes of ``predictions.json`` onto the first images, as ``boxes/NAME.png``.

Run by an interpreter with Pillow, in a repetition's directory: ``python -I draw.py``.
CKP_DATASET_PATH is where the images are. Nothing is drawn unless CKP_BOXES says where they are
wanted. Boxes below a score of 0.5 are left out.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

LEAST, MOST = 0.5, 10
COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Of M. Okabe and K. Ito, told apart by everybody; by class."""


def main() -> None:
    if not os.environ.get("CKP_BOXES"):
        return
    found = json.loads(Path("predictions.json").read_text(encoding="utf-8"))
    source, directory = Path(os.environ["CKP_DATASET_PATH"]), Path("boxes")
    directory.mkdir(exist_ok=True)
    for name, boxes in list(zip(found["ids"], found["boxes"], strict=True))[:MOST]:
        if (source / name).is_file():  # not in an archive
            picture = drawn(
                source / name, [one for one in boxes if one[1] >= LEAST], found["names"]
            )
            picture.save(directory / f"{Path(name).stem}.png")


def drawn(file: Path, boxes: list[Any], names: list[str]) -> Image.Image:
    """The surest on top."""
    picture = Image.open(file).convert("RGB")
    pen = ImageDraw.Draw(picture)
    size = max(12, picture.height // 32)
    font = ImageFont.load_default(size)
    for number, score, *corners in reversed(boxes):
        colour = COLOURS[number % len(COLOURS)]
        pen.rectangle(corners, outline=colour, width=max(2, size // 6))
        _label(pen, corners, f"{names[number]} {score:.0%}", colour, font)
    return picture


def _label(pen: Any, corners: list[float], text: str, colour: str, font: Any) -> None:
    left, top = corners[:2]
    _, _, right, bottom = pen.textbbox((left, top), text, font=font)
    pen.rectangle((left, top, right + 4, bottom + 4), fill=colour)
    pen.text((left + 2, top + 2), text, fill="black", font=font)


if __name__ == "__main__":
    main()

"""Squares of photographs, of many sizes: ``crop.py PHOTOGRAPHS DIRECTORY``.

Ranges of a network's numbers are taken from these; what a model answers to whole photographs of
others says how good the ranges are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from PIL import Image

EACH, LEAST_SHARE = 50, 0.35


def main(photographs: Path, directory: Path) -> None:
    source = Random(1)  # noqa: S311  # the same crops everywhere
    for file in sorted(photographs.glob("*.jpg")):
        with Image.open(file) as picture:
            whole = picture.convert("RGB")
        for number, box in enumerate(squares(whole.width, whole.height, source)):
            whole.crop(box).save(directory / f"{file.stem}-{number:02d}.png")


def squares(width: int, height: int, source: Random) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right, bottom."""
    for _ in range(EACH):
        side = round(min(width, height) * source.uniform(LEAST_SHARE, 1))
        left, top = source.randint(0, width - side), source.randint(0, height - side)
        yield left, top, left + side, top + side


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

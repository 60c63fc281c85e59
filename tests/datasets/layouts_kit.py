"""Datasets in their real layouts, with real images, and preparing them as a program does."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

REPO = Path(__file__).resolve().parents[2] / "ck_plugins_datasets/src/ck_plugins_datasets/repo"
SCRIPT = REPO / "script/prepare-images/prepare.py"
SYNSETS = [
    line.partition(" ")[0]
    for line in (SCRIPT.parent / "vocabularies/imagenet-1k.txt").read_text("utf-8").splitlines()
]


def val_name(number: int) -> str:
    return f"ILSVRC2012_val_{number:08}.JPEG"


def picture(number: int, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    """Each number's is another; no two rows or columns of one are equal."""
    width, height = size
    red = bytes((x * 5 + number * 17) % 256 for _ in range(height) for x in range(width))
    green = bytes((y * 7 + number) % 256 for y in range(height) for _ in range(width))
    blue = bytes((x * y + number * 3) % 256 for y in range(height) for x in range(width))
    bands = [Image.frombytes("L", size, one) for one in (red, green, blue)]
    return Image.merge("RGB", bands).convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def write(path: Path, content: bytes | str = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def flat_imagenet(place: Path, labels: Sequence[int]) -> Path:
    """``val`` with images 1, 2, ..., and ``val.txt`` beside it."""
    for number in range(1, len(labels) + 1):
        write(place / "val" / val_name(number), encoded(picture(number)))
    lines = (f"{val_name(n)} {label}\n" for n, label in enumerate(labels, start=1))
    write(place / "val.txt", "".join(lines))
    return place / "val"


def sorted_imagenet(place: Path, labels: Sequence[int]) -> Path:
    """As the usual script makes it: a directory for each synset."""
    for number, label in enumerate(labels, start=1):
        write(place / "val" / SYNSETS[label] / val_name(number), encoded(picture(number)))
    return place / "val"


def tar_of(files: Mapping[str, bytes], archive: Path) -> Path:
    with tarfile.open(archive, "w", format=tarfile.USTAR_FORMAT) as stream:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            stream.addfile(member, io.BytesIO(content))
    return archive


def coco(place: Path, count: int) -> Path:
    """``val2017`` and its annotations: image n has n boxes of category n."""
    names = [f"{n:012}.jpg" for n in range(1, count + 1)]
    for number, name in enumerate(names, start=1):
        write(place / "val2017" / name, encoded(picture(number)))
    boxes = [(n, [k, k, 10.5, 5]) for n in range(1, count + 1) for k in range(n)]
    values = {
        "images": [
            {"id": n, "file_name": name, "width": 40, "height": 30, "license": 1}
            for n, name in enumerate(names, start=1)
        ],
        "annotations": [
            {"id": k, "image_id": n, "category_id": n, "bbox": box, "area": 52.5, "iscrowd": 0}
            for k, (n, box) in enumerate(boxes, start=1)
        ],
        "categories": [{"id": n, "name": f"thing {n}"} for n in range(1, count + 1)],
    }
    write(place / "annotations/instances_val2017.json", json.dumps(values))
    return place / "val2017"


def idx_images(pixels: Sequence[bytes], size: tuple[int, int]) -> bytes:
    """Width and height of each."""
    return struct.pack(">4I", 0x803, len(pixels), size[1], size[0]) + b"".join(pixels)


def idx_labels(labels: Sequence[int]) -> bytes:
    return struct.pack(">2I", 0x801, len(labels)) + bytes(labels)


def model(place: Path, height: int = 16, width: int = 16, channels: int = 3, **resize: Any) -> Path:
    shape = {"height": height, "width": width, "channels": channels}
    text = json.dumps({"input": shape, "resize": {"kind": "stretch", **resize}})
    return write(place / "model.json", text)


class Preparation:
    """The script as a program's run starts it, in a directory of its own."""

    def __init__(self, directory: Path, meta: Path) -> None:
        self.directory, self.meta = directory, meta
        directory.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        return [sys.executable, "-I", str(SCRIPT)]

    def environment(self, layout: str, path: Path, **variables: str) -> dict[str, str]:
        named = {f"CKP_{name}": value for name, value in variables.items()}
        return {
            "PATH": os.environ["PATH"],
            "CKP_DATASET_LAYOUT": layout,
            "CKP_DATASET_PATH": str(path),
            "CKP_MODEL_META": str(self.meta),
            "CKP_CACHE": str(self.directory / "cache"),
            "CKP_PREPARE_JOBS": "1",
            **named,
        }

    def run(self, layout: str, path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """``COUNT="5"`` is the variable CKP_COUNT."""
        return subprocess.run(
            self.command(),
            cwd=self.directory,
            env=self.environment(layout, path, **variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def result(self, layout: str, path: Path, **variables: str) -> dict[str, Any]:
        """What ``prepared.json`` holds, with the images' bytes under ``pixels``."""
        done = self.run(layout, path, **variables)
        assert done.returncode == 0, done.stderr
        found = json.loads((self.directory / "prepared/prepared.json").read_text("utf-8"))
        content = (self.directory / "prepared/images.bin").read_bytes()
        size = found["height"] * found["width"] * found["channels"]
        assert len(content) == size * found["count"]
        return {**found, "pixels": [content[n : n + size] for n in range(0, len(content), size)]}

    def refusal(self, layout: str, path: Path, **variables: str) -> str:
        """The one line that says why not; nothing is left behind."""
        done = self.run(layout, path, **variables)
        assert done.returncode == 3, done.stderr
        *progress, line = done.stderr.splitlines()
        assert all(one.startswith("ckp-progress: ") for one in progress), done.stderr
        assert line.startswith("ckp-prepare: ")
        assert not [one for one in self.cache() if not one.name.endswith(".lock")]
        return line

    def cache(self) -> list[Path]:
        place = self.directory / "cache"
        return sorted(place.iterdir()) if place.is_dir() else []

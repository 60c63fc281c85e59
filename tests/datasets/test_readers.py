"""Files of labels, annotations and archives in whatever form: an answer or a refusal, no crash."""

from __future__ import annotations

import io
import json
import re
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ck_plugins_datasets.tars import read_tar
from datasets.layouts_kit import SYNSETS, idx_images, idx_labels, tar_of, val_name, write
from prepared_images.coco import read_annotations
from prepared_images.idx import list_idx
from prepared_images.labels import read_labels
from prepared_images.refusal import RefusedError, one_line
from prepared_images.tars import read_members

SHARED = settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.integers(1, 50_000).map(val_name)
LABELS = st.integers(0, 999)


@SHARED
@given(
    labels=st.dictionaries(NAMES, LABELS, min_size=1), folder=st.sampled_from(["", "val/", "a/b/"])
)
def test_every_val_txt_is_read_as_it_was_written(
    tmp_path: Path, labels: dict[str, int], folder: str
) -> None:
    text = "".join(f"{folder}{name} {label}\r\n\n" for name, label in labels.items())
    assert read_labels(write(tmp_path / "val.txt", text), 1000) == labels


@SHARED
@given(text=st.text())
@example(text=f"{val_name(1)} 1000")
@example(text=f"{val_name(1)} 1\n{val_name(1)} 2")
@example(text=f"{val_name(1)} \u0661")
@example(text="65\n970\n")
@example(text="n01440764\nn00000000")
@example(text="ImageId,PredictionString\nx")
@example(text="a b " + "9" * 5000)
def test_any_text_is_labels_or_refused_by_its_line(tmp_path: Path, text: str) -> None:
    file = write(tmp_path / "val.txt", text.encode("utf-8", "surrogatepass"))
    try:
        found = read_labels(file, 1000)
    except RefusedError as refusal:
        said = str(refusal)
        assert str(file) in said  # other texts are no labels, and still sound
        return
    assert all(0 <= label < 1000 for label in found.values())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{val_name(1)} 1\n{val_name(2)} 1000\n", "line 2: label 1000 is not below 1000"),
        (f"{val_name(1)} 1\n{val_name(1)} 2\n", f"line 2: {val_name(1)} has another label already"),
        ("490\n361\n", "line 1: a number without a name, as in the devkit's own order"),
        ("n01440764\ntench\n", "line 2: 'tench' is no class of ILSVRC2012"),
        (f"{val_name(1)}\n", f"line 1: '{val_name(1)}' is not NAME LABEL"),
    ],
)
def test_what_is_wrong_with_labels_is_told(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(RefusedError, match="correct it, or ckp install") as refusal:
        read_labels(write(tmp_path / "val.txt", text), 1000)
    assert problem in str(refusal.value)


def test_kaggles_solution(tmp_path: Path) -> None:
    lines = "ImageId,PredictionString\n"
    lines += "ILSVRC2012_val_00048981,n03995372 85 1 499 272 n03995372 1 2 3 4 \n"
    lines += "ILSVRC2012_val_00000001,n01751748 111 108 441 193\n"
    found = read_labels(write(tmp_path / "LOC_val_solution.csv", lines), 1000)
    assert found == {val_name(48_981): 740, val_name(1): 65}


def test_a_synset_a_line(tmp_path: Path) -> None:
    text = "".join(f"{SYNSETS[label]}\n" for label in (65, 970, 230))
    found = read_labels(write(tmp_path / "synset_labels.txt", text), 1000)
    assert found == {"1": 65, "2": 970, "3": 230}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.integers(0, 5) | JSON,
            "image_id": st.integers(0, 5) | JSON,
            "category_id": st.integers(0, 3) | JSON,
            "file_name": st.text(max_size=9) | JSON,
            "name": st.text(max_size=9) | JSON,
            "bbox": st.lists(st.floats(), max_size=5) | JSON,
            "area": st.floats() | JSON,
            "iscrowd": st.integers(0, 1) | JSON,
        },
    )
    | JSON,
    max_size=6,
)


@SHARED
@given(images=ENTRIES, annotations=ENTRIES, categories=ENTRIES)
def test_any_annotations_are_refused_or_sound(
    tmp_path: Path, images: Any, annotations: Any, categories: Any
) -> None:
    values = {"images": images, "annotations": annotations, "categories": categories}
    file = write(tmp_path / "instances.json", json.dumps(values))
    try:
        found = read_annotations(file)
    except RefusedError:
        return
    kept = json.loads(json.dumps(found.only(found.images), allow_nan=False))
    ids = {one["id"] for one in kept["images"]}
    for one in kept["annotations"]:
        assert one["image_id"] in ids
        assert all(abs(value) < 1e9 for value in one["bbox"])
        assert min(one["bbox"][2:]) > 0
        assert one["iscrowd"] in {0, 1}
    assert len(found.usable) + sum(found.unusable.values()) == len(annotations)


@SHARED
@given(data=st.binary(max_size=400))
def test_any_bytes_are_annotations_or_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(RefusedError):
        read_annotations(write(tmp_path / "instances.json", data))


@SHARED
@given(data=st.binary(max_size=64), packed=st.booleans())
def test_any_bytes_are_an_idx_file_or_refused(tmp_path: Path, data: bytes, *, packed: bool) -> None:
    file = write(tmp_path / ("i.gz" if packed else "i"), data)
    with pytest.raises(RefusedError):
        list_idx(file, None, "")


@SHARED
@given(images=st.binary(max_size=40), labels=st.binary(max_size=40), cut=st.integers(0, 60))
def test_idx_files_that_are_nearly_right(
    tmp_path: Path, images: bytes, labels: bytes, cut: int
) -> None:
    pixels = [images[n : n + 4] for n in range(0, len(images) - 3, 4)]
    first = write(tmp_path / "i", idx_images(pixels, (2, 2))[: 16 + cut])
    second = write(tmp_path / "l", idx_labels(list(labels)))
    try:
        found = list_idx(first, second, "mnist")
    except RefusedError:
        assert not pixels or len(pixels) != len(labels) or cut < 4 * len(pixels)
        return
    assert [one.label for one in found.images] == list(labels)


@SHARED
@given(
    members=st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=200),
        st.binary(max_size=1500),
        max_size=5,
    ),
    form=st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
@example(members={"a\n9 path=b": b"x", " c ": b""}, form=tarfile.PAX_FORMAT)
@example(members={"ä" * 90: b"x", "d" * 150: b"y"}, form=tarfile.PAX_FORMAT)
@example(members={"ä" * 90: b"x", "d" * 150: b"y"}, form=tarfile.GNU_FORMAT)
def test_a_tar_holds_what_the_library_has_put_into_it(
    tmp_path: Path, members: dict[str, bytes], form: int
) -> None:
    archive = tmp_path / "a.tar"
    with tarfile.open(archive, "w", format=form) as stream:
        put = {name: content for name, content in members.items() if _added(stream, name, content)}
    content = archive.read_bytes()
    found = {one.name: content[one.offset : one.offset + one.size] for one in read_members(archive)}
    assert found == put


@pytest.mark.parametrize("form", ["ustar", "gnu", "pax"])
def test_detection_counts_what_preparing_reads(tmp_path: Path, form: str) -> None:
    """Also where names are long, sizes are binary, or a file is one that lies together."""
    archive, folder = tmp_path / "a.tar", "/".join(["d" * 60] * 3 + ["n01440764"])
    form_of = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
    with tarfile.open(archive, "w", format=form_of[form]) as stream:
        for number in range(1, 4):
            member = tarfile.TarInfo(f"{folder}/{val_name(number)}")
            member.size = 700
            member.type = tarfile.CONTTYPE if number == 2 else tarfile.REGTYPE
            stream.addfile(member, io.BytesIO(bytes(700)))
    if form == "gnu":
        with_binary_sizes(archive)
    read = read_members(archive)
    found = read_tar(archive, re.compile(r"ILSVRC2012_val_\d{8}\.JPEG"))
    assert found
    assert (found.count, found.problem, found.sorted_out) == (len(read), "", True)
    told = "".join(f"{one.name}\0{one.size}\n" for one in read)
    assert found.digest == sha256(told.encode()).hexdigest()


def with_binary_sizes(archive: Path) -> None:
    """As GNU's tar writes sizes from 8 GiB on."""
    content, place = bytearray(archive.read_bytes()), 0
    while any(block := content[place : place + 512]):
        size = int(block[124:135], 8)
        block[124:136] = b"\x80" + size.to_bytes(11, "big")
        block[148:156] = b" " * 8
        block[148:156] = f"{sum(block):06o}\0 ".encode()
        content[place : place + 512] = block
        place += 512 + -(-size // 512) * 512
    archive.write_bytes(content)


def _added(stream: tarfile.TarFile, name: str, content: bytes) -> bool:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    try:
        stream.addfile(member, io.BytesIO(content))
    except ValueError:  # POSIX's old form takes no such name
        return False
    return True


def test_links_and_devices_of_a_tar_are_no_files(tmp_path: Path) -> None:
    archive = tmp_path / "a.tar"
    with tarfile.open(archive, "w") as stream:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo(val_name(1))
            member.type, member.linkname = kind, "/etc/passwd"
            stream.addfile(member)
    assert read_members(archive) == []


@SHARED
@given(place=st.integers(0, 4000), value=st.integers(1, 255))
def test_a_flipped_byte_of_a_tar_harms_nothing(tmp_path: Path, place: int, value: int) -> None:
    archive = tar_of({"a": bytes(600), "b": b"x", "c": bytes(900)}, tmp_path / "a.tar")
    content = bytearray(archive.read_bytes())
    content[place] ^= value
    archive.write_bytes(content)
    try:
        found = read_members(archive)
    except RefusedError:
        return
    assert all(0 <= one.offset <= one.offset + one.size <= len(content) for one in found)


@given(text=st.text())
def test_reports_are_one_printable_line(text: str) -> None:
    assert one_line(text).isprintable()
    assert len(one_line(text)) <= 200

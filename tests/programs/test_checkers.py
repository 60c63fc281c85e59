"""Checkers that a program names for its outputs, and outputs of every kind of hostility."""

from __future__ import annotations

import io
import json
import math
import struct
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.analysis.checkers import IDENTICAL_DB, check, remark
from ck_core.analysis.images import Image, Size, UnreadableImageError, psnr_db, read_image
from ck_core.analysis.rankings import UnreadableRankingError, top_accuracy
from ck_core.domain.output_check import NearNumbers, OutputCheck, SimilarImage, TopClasses
from ck_core.errors import BadComponentError
from ck_core.testing.fixtures import AddComponent, Ckp
from programs.kit import Programs, numbers, shell

GREY = b"P5\n4 3\n255\n" + bytes(range(0, 120, 10))
PSNR = {"out.pgm": {"with": "psnr", "at_least_db": 40}}
EVERY: tuple[OutputCheck, ...] = (
    NearNumbers(relative=1e-6),
    SimilarImage(),
    TopClasses(k=2),
)
REFERENCES = (b"1.5 two 3\n", GREY, b"cat dog bird\ndog cat bird\n")


def copying(name: str, check: dict[str, Any]) -> dict[str, Any]:
    """A program whose output is a file beside it."""
    return shell(
        f"cp ../{name} {name}", output_check={name: check}, run_correctness_output_files=[]
    )


def written(programs: Programs, name: str, check: dict[str, Any], first: bytes) -> Path:
    """Such a program, with a first output as the reference."""
    path = programs.add(copying(name, check))
    (path / name).write_bytes(first)
    assert programs.run(record_reference=True).correct is True
    return path


def netpbm(kind: int, width: int, height: int, peak: int, samples: list[int]) -> bytes:
    head = f"P{kind}\n# made for a test\n{width} {height}\n{peak}\n".encode()
    if kind in (2, 3):
        return head + " ".join(map(str, samples)).encode() + b"\n"
    return head + struct.pack(f">{len(samples)}{'B' if peak < 256 else 'H'}", *samples)


def test_psnr_of_a_program(programs: Programs) -> None:
    path = written(programs, "out.pgm", PSNR["out.pgm"], GREY)
    outcome = programs.run()
    assert outcome.metrics["psnr_db"].value == IDENTICAL_DB
    (path / "out.pgm").write_bytes(GREY[:-1] + bytes([GREY[-1] + 1]))
    outcome = programs.run()
    assert outcome.correct is True
    assert numbers(outcome.metrics)["psnr_db"] == pytest.approx(10 * math.log10(255**2 * 12))
    (path / "out.pgm").write_bytes(GREY[:-1] + b"\xff")
    outcome = programs.run()
    assert outcome.correct is False
    assert "at least 40 dB are asked for" in outcome.metrics["correct"].detail
    assert numbers(outcome.metrics)["psnr_db"] < 40


@pytest.mark.parametrize(("noise", "code"), [("1", 0), ("99", 8)])
def test_repetitions_of_a_reference_are_compared_likewise(
    ckp: Ckp, add_component: AddComponent, noise: str, code: int
) -> None:
    script = f"[ -e $SEEN ] && last={noise} || last=0\ntouch $SEEN\n"
    script += 'printf "P2\\n2 1\\n255\\n7 $last\\n" >out.pgm\n'
    meta = shell("sh ../run.sh", output_check=PSNR, run_correctness_output_files=[])
    path = add_component("program", "it", meta, {"run.sh": script})
    seen = f"--env.SEEN={path / 'seen'}"
    done = ckp("run", "program:it", "--record-reference", "--warmup=0", "--repeat=3", seen)
    assert done.returncode == code, done.stderr
    assert (code == 0) == (path / "reference/default/none/out.pgm").is_file()


def test_top_k_of_a_program(programs: Programs) -> None:
    path = written(
        programs, "labels.txt", {"with": "top-k", "k": 2, "at_least": 0.5}, b"cat\ndog\n"
    )
    (path / "labels.txt").write_bytes(b"dog:0.3 cat:0.2 bird:0.5\ncat,dog,bird\n")
    outcome = programs.run()
    assert outcome.correct is True
    assert numbers(outcome.metrics)["top2_accuracy"] == 0.5
    (path / "labels.txt").write_bytes(b"dog bird cat\ncat bird dog\n")
    outcome = programs.run()
    assert outcome.correct is False
    assert "case 1 is the first without" in outcome.metrics["correct"].detail


def test_numbers_of_one_file_and_bytes_of_another(programs: Programs) -> None:
    checks = {"a.txt": {"with": "numbers", "absolute": 0.1}, "b.txt": {"with": "bytes"}}
    meta = shell(
        "cp ../a.txt ../b.txt .",
        output_check=checks,
        output_tolerance={"absolute": 1},
        run_correctness_output_files=["b.txt"],
    )
    path = programs.add(meta, {"a.txt": "x 1.0\n", "b.txt": "1.0\n"})
    programs.run(record_reference=True)
    (path / "a.txt").write_text("x 1.05\n")
    assert programs.run().correct is True
    (path / "b.txt").write_text("1.05\n")
    assert programs.run().correct is False


def test_an_unknown_checker_is_told_those_there_are(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", copying("out.txt", {"with": "ssim"}))
    done = ckp("run", "program:it")
    assert done.returncode == 4
    assert "output_check.out.txt.with' must be one of bytes, numbers, psnr, top-k" in done.stderr
    done = ckp("check", "program:it")
    assert done.returncode != 0
    assert "one of bytes, numbers, psnr, top-k" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "check",
    [
        {},
        {"with": "psnr", "at_least_db": "much"},
        {"with": "numbers", "relative": -1},
        {"with": "top-k", "k": 0},
        {"with": "top-k", "k": 1.5},
        {"with": "top-k", "at_least": 2},
        "psnr",
    ],
)
def test_impossible_checks_name_their_key(programs: Programs, check: Any) -> None:
    programs.add(copying("out.txt", check), {"out.txt": "1\n"})
    with pytest.raises(BadComponentError, match="output_check"):
        programs.run()


def test_a_checked_file_stays_below_the_run(programs: Programs) -> None:
    programs.add(shell("true", output_check={"../../x": {"with": "bytes"}}))
    with pytest.raises(BadComponentError, match="do not leave"):
        programs.run()


def test_a_huge_output_is_wrong_and_not_read(programs: Programs) -> None:
    path = programs.add(
        shell("truncate -s 100M out.pgm", output_check=PSNR, run_correctness_output_files=[])
    )
    place = path / "reference/default/none"
    place.mkdir(parents=True)
    (place / "out.pgm").write_bytes(GREY)
    outcome = programs.run()
    assert outcome.correct is False
    assert "has 104857600 bytes" in outcome.metrics["correct"].detail


@pytest.mark.parametrize(
    ("output", "why"),
    [
        (b"", "is neither"),
        (b"P5", "is neither"),
        (b"P5\n4 3\n255\n", "holds 0 values"),
        (GREY[:-1], "holds 11 values"),
        (GREY + b"x", "holds 13 values"),
        (GREY.replace(b"4 3", b"3 4"), "expected 4 x 3"),
        (GREY.replace(b"P5", b"P6"), "expected 4 x 3, grey"),
        (GREY.replace(b"4 3", b"999999999 999999999"), "expected 4 x 3"),
        (GREY.replace(b"4 3", b"9" * 5000 + b" 3"), "is neither"),
        (b"P2\n4 3\n255\n" + b"1 " * 11 + b"nan", "where a number belongs"),
        (b"P2\n4 3\n255\n" + b"1 " * 11 + b"9" * 5000, "where a number belongs"),
        (b"P2\n4 3\n255\n" + b"1 " * 11 + b"256", "holds 256"),
        (b"P2\n4 3\n255\n" + b"1 " * 13, "holds more than the 12"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, ""),
    ],
)
def test_hostile_images_are_wrong(output: bytes, why: str) -> None:
    if output.startswith(b"\x89PNG"):
        pytest.importorskip("PIL")
    found = check(output, GREY, SimilarImage())
    assert found.problem
    assert why in found.problem


def test_without_pillow_a_png_is_not_checked(programs: Programs) -> None:
    if _has_pillow():
        pytest.skip("Pillow is here")
    path = programs.add(copying("out.png", {"with": "psnr"}))
    for place in (path, path / "reference/default/none"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "out.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    outcome = programs.run()
    assert outcome.correct is None
    assert "pip install pillow" in outcome.metrics["correct"].detail


def _has_pillow() -> bool:
    return find_spec("PIL") is not None


@st.composite
def images(draw: st.DrawFn) -> tuple[int, int, int, int, list[int]]:
    kind = draw(st.sampled_from([2, 3, 5, 6]))
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    peak = draw(st.sampled_from([1, 15, 255, 256, 65535]))
    count = width * height * (3 if kind in (3, 6) else 1)
    samples = draw(st.lists(st.integers(0, peak), min_size=count, max_size=count))
    return kind, width, height, peak, samples


@given(images())
def test_an_image_is_read_as_it_was_written(image: tuple[int, int, int, int, list[int]]) -> None:
    kind, width, height, peak, samples = image
    found = read_image(netpbm(*image))
    assert list(found.samples) == samples
    channels = 3 if kind in (3, 6) else 1
    assert found.size == Size(width=width, height=height, channels=channels, peak=peak)
    assert psnr_db(found, found) == math.inf


def png(image: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", **options)
    return stream.getvalue()


PNG_MODES = [("1", 1), ("L", 1), ("LA", 2), ("RGB", 3), ("RGBA", 4), ("P", 3)]


@pytest.mark.parametrize(("mode", "channels"), PNG_MODES)
def test_png_by_pillow(mode: str, channels: int) -> None:
    pillow = pytest.importorskip("PIL.Image")
    content = png(pillow.new("RGB", (5, 4), (10, 20, 30)).convert(mode))
    found = read_image(content)
    assert found.size == Size(width=5, height=4, channels=channels, peak=255)
    assert check(content, content, SimilarImage()).measured == {"psnr_db": IDENTICAL_DB}
    for cut in range(8, len(content), 7):
        assert check(content[:cut] + b"x", content, SimilarImage()).problem
    assert "expected 4 x 3" in check(content, GREY, SimilarImage()).problem


def test_a_grey_png_of_16_bits() -> None:
    """300 and 40,000 are not both "at most 255"."""
    pillow = pytest.importorskip("PIL.Image")
    samples = [300, 40_000, 65_535, 0, 255, 256]
    content = png(pillow.frombytes("I;16", (3, 2), struct.pack("<6H", *samples)))
    found = read_image(content)
    assert found.size == Size(width=3, height=2, channels=1, peak=65535)
    assert list(found.samples) == samples
    other = png(pillow.frombytes("I;16", (3, 2), struct.pack("<6H", *reversed(samples))))
    assert "PSNR is" in check(other, content, SimilarImage()).problem
    portable = netpbm(5, 3, 2, 65535, samples)
    assert check(content, portable, SimilarImage()).measured == {"psnr_db": IDENTICAL_DB}


@pytest.mark.parametrize(("colour", "channels"), [(2, 3), (4, 2), (6, 4)])
def test_colours_of_16_bits_are_not_read_as_8(colour: int, channels: int) -> None:
    pytest.importorskip("PIL.Image")
    row = bytes([0, *range(2 * channels)])  # no filter, then one pixel
    header = struct.pack(">IIBBBBB", 1, 1, 16, colour, 0, 0, 0)
    parts = {b"IHDR": header, b"IDAT": zlib.compress(row), b"IEND": b""}
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts.items()
    )
    with pytest.raises(UnreadableImageError, match="PNG of 16 bits with colour"):
        read_image(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


@pytest.mark.parametrize(
    ("mode", "transparency", "channels"),
    [("P", 0, 4), ("L", 7, 2), ("RGB", (10, 20, 30), 4), ("1", 0, 2)],
)
def test_transparency_counts(mode: str, transparency: Any, channels: int) -> None:
    pillow = pytest.importorskip("PIL.Image")
    image = pillow.new("RGB", (5, 4), (10, 20, 30)).convert(mode)
    content = png(image, transparency=transparency)
    found = read_image(content)
    assert found.size == Size(width=5, height=4, channels=channels, peak=255)
    assert check(png(image), content, SimilarImage()).problem


def test_an_equal_image_has_a_number_above_all_others() -> None:
    value = check(GREY, GREY, SimilarImage()).measured["psnr_db"]
    assert remark("psnr_db", value) == "identical to the reference"
    nearly = check(GREY[:-1] + bytes([GREY[-1] + 1]), GREY, SimilarImage()).measured["psnr_db"]
    assert nearly < value
    assert remark("psnr_db", nearly) == ""
    assert remark("top1_accuracy", value) == ""


@given(st.integers(1, 255), st.integers(1, 30))
def test_psnr_of_a_known_error(error: int, count: int) -> None:
    """The mean squared error of a constant error is its square, whatever the size."""
    size = Size(width=count, height=1, channels=1, peak=255)
    black = Image(size=size, samples=bytes(count))
    other = Image(size=size, samples=bytes([error]) * count)
    expected = 20 * math.log10(255 / error)
    assert psnr_db(other, black) == pytest.approx(expected, abs=1e-9)
    assert psnr_db(black, other) == pytest.approx(expected, abs=1e-9)


@given(images(), st.binary(max_size=60), st.integers(0, 80))
def test_a_damaged_image_is_refused_or_read(
    image: tuple[int, int, int, int, list[int]], junk: bytes, at: int
) -> None:
    content = netpbm(*image)
    try:
        found = read_image(content[:at] + junk)
    except UnreadableImageError:
        return
    assert len(found.samples) == found.size.samples


@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from(range(3)))
def test_no_output_breaks_a_checker(output: bytes, which: int) -> None:
    if output.startswith(b"\x89PNG"):
        return
    found = check(output, REFERENCES[which], EVERY[which])
    assert isinstance(found.problem, str)
    assert check(REFERENCES[which], REFERENCES[which], EVERY[which]).problem == ""


words = st.text("abcxyz", min_size=1, max_size=3)
rankings = st.lists(st.lists(words, min_size=1, max_size=6, unique=True), min_size=1, max_size=6)


@given(rankings)
def test_accuracy_grows_with_k_and_reaches_one(lines: list[list[str]]) -> None:
    text = "\n".join(" ".join(line) for line in lines)
    right = "\n".join(line[-1] for line in lines)
    found = [top_accuracy(text, right, k).accuracy for k in range(1, 7)]
    assert found == sorted(found)
    assert found[-1] == 1
    assert top_accuracy(text, text, 1).accuracy == 1


@given(rankings, st.randoms(use_true_random=False))
def test_scores_rank_whatever_their_order(lines: list[list[str]], chance: Any) -> None:
    scored = []
    for line in lines:
        pairs = [f"{word}:{-rank}" for rank, word in enumerate(line)]
        chance.shuffle(pairs)
        scored.append(" ".join(pairs))
    plain = "\n".join(" ".join(line) for line in lines)
    assert top_accuracy("\n".join(scored), plain, 1).accuracy == 1


@pytest.mark.parametrize("found", ["", "a", "a:nan\nb", "a:x\nb", "a\nb\nc"])
def test_rankings_that_cannot_be_compared(found: str) -> None:
    with pytest.raises(UnreadableRankingError):
        top_accuracy(found, "a\nb", 1)


def test_nan_is_wrong_but_where_the_reference_has_it() -> None:
    near = NearNumbers(relative=1e-3)
    assert check(b"nan 2\n", b"1 2\n", near).problem
    assert check(b"1 2\n", b"nan 2\n", near).problem
    assert not check(b"nan 2.0001\n", b"nan 2\n", near).problem


def test_metrics_are_in_the_json(ckp: Ckp, add_component: AddComponent) -> None:
    path = add_component(
        "program", "it", copying("labels.txt", {"with": "top-k"}), {"labels.txt": "a b\n"}
    )
    assert ckp("run", "program:it", "--record-reference").returncode == 0
    (path / "labels.txt").write_text("b a\n")
    done = ckp("run", "program:it", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["metrics"]["top5_accuracy"]["value"] == 1.0

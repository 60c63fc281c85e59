"""Prepared pixels, to the bit, against what is computed without Pillow's resizing."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from datasets.layouts_kit import Preparation, encoded, idx_images, model, picture, write
from datasets.resampling import Plane, resized


def planes(image: Image.Image) -> list[Plane]:
    width, height = image.size
    return [
        [list(band.tobytes()[y * width : (y + 1) * width]) for y in range(height)]
        for band in image.split()
    ]


def interleaved(bands: list[Plane]) -> bytes:
    height, width = len(bands[0]), len(bands[0][0])
    return bytes(band[y][x] for y in range(height) for x in range(width) for band in bands)


def prepared(preparation: Preparation, image: Image.Image, **shape: Any) -> tuple[bytes, Any]:
    """Of one image without losses: its pixels, and all that is told."""
    write(preparation.directory / "images/a.png", encoded(image, "PNG"))
    preparation.meta = model(preparation.directory, **shape)
    found = preparation.result("folder", preparation.directory / "images")
    return found["pixels"][0], found


@pytest.mark.parametrize("method", ["bilinear", "bicubic"])
@pytest.mark.parametrize(("size", "to"), [((11, 7), (5, 6)), ((5, 9), (16, 13)), ((9, 4), (9, 11))])
def test_stretched(
    preparation: Preparation, method: str, size: tuple[int, int], to: tuple[int, int]
) -> None:
    image = picture(3, size)
    expected = interleaved([resized(one, *to, method) for one in planes(image)])
    pixels, found = prepared(preparation, image, height=to[1], width=to[0], method=method)
    assert pixels == expected
    assert found["sizes"] == [list(size)]
    assert found["placed"] == [[0, 0, *to]]


def test_the_middle_is_cut_out_of_what_is_scaled(preparation: Preparation) -> None:
    """20 pixels are 16 divided by 0.8: nothing is resized, and two pixels go at each end."""
    image = picture(5, (20, 33))
    shape = {"height": 16, "width": 16, "kind": "central-crop", "crop_fraction": 0.8}
    pixels, found = prepared(preparation, image, **shape)
    rows = [[row[2:18] for row in band[8:24]] for band in planes(image)]
    assert pixels == interleaved(rows)
    assert found["placed"] == [[-2, -8, 20, 33]]


def test_the_shorter_side_is_scaled_before_the_cut(preparation: Preparation) -> None:
    """As torchvision does it: 26 x 20 becomes 18 (16 / 0.875) high and int(18 * 26 / 20) wide."""
    image = picture(6, (26, 20))
    shape = {"height": 16, "width": 16, "kind": "central-crop", "crop_fraction": 0.875}
    pixels, found = prepared(preparation, image, **shape)
    scaled = [resized(one, 23, 18, "bilinear") for one in planes(image)]
    assert pixels == interleaved([[row[4:20] for row in band[1:17]] for band in scaled])
    assert found["placed"] == [[-4, -1, 23, 18]]


def test_what_is_beside_a_letterboxed_image(preparation: Preparation) -> None:
    image = picture(7, (20, 10))
    shape = {"height": 12, "width": 12, "kind": "letterbox", "fill": 114}
    pixels, found = prepared(preparation, image, **shape)
    inner = [resized(one, 12, 6, "bilinear") for one in planes(image)]
    beside = [[114] * 12] * 3
    assert pixels == interleaved([beside + band + beside for band in inner])
    assert found["placed"] == [[0, 3, 12, 6]]


def test_a_boxs_place_in_the_original_is_found_again(preparation: Preparation) -> None:
    """With what is told of the place: a bright square of the original, seen in the result."""
    image = Image.new("L", (80, 60))
    image.paste(255, (60, 30, 70, 40))
    shape = {"height": 32, "width": 32, "channels": 1, "kind": "letterbox"}
    pixels, found = prepared(preparation, image, **shape)
    bright = [n for n, value in enumerate(pixels) if value > 127]
    left, top, width, height = found["placed"][0]
    x = (sum(n % 32 + 0.5 for n in bright) / len(bright) - left) / width * 80
    y = (sum(n // 32 + 0.5 for n in bright) / len(bright) - top) / height * 60
    assert (x, y) == (pytest.approx(65, abs=0.7), pytest.approx(35, abs=0.7))


def test_grey_is_what_rec_601_says(preparation: Preparation) -> None:
    image = picture(8, (6, 5))
    red, green, blue = (one.tobytes() for one in image.split())
    expected = bytes(
        (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16
        for r, g, b in zip(red, green, blue, strict=True)
    )
    pixels, _ = prepared(preparation, image, height=5, width=6, channels=1, kind="none")
    assert pixels == expected


def test_grey_becomes_three_equal_channels(preparation: Preparation) -> None:
    image = picture(9, (6, 5), "L")
    pixels, _ = prepared(preparation, image, height=5, width=6, kind="none")
    assert pixels == bytes(value for value in image.tobytes() for _ in range(3))


def png(width: int, height: int, depth: int, colour: int, rows: bytes) -> bytes:
    """The file as the PNG specification has it; Pillow does not write 16 bits of colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + end

    step = len(rows) // height
    lines = b"".join(b"\0" + rows[n : n + step] for n in range(0, len(rows), step))
    header = struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(("colour", "bands"), [(0, 1), (2, 3)])
def test_of_sixteen_bits_the_upper_eight_count(
    preparation: Preparation, tmp_path: Path, colour: int, bands: int
) -> None:
    """Not the lower ones, cut off at 255, which makes white of nearly everything."""
    values = [n * 1999 % 65536 for n in range(4 * 3 * bands)]
    data = png(4, 3, 16, colour, struct.pack(f">{len(values)}H", *values))
    write(tmp_path / "images/a.png", data)
    preparation.meta = model(tmp_path, height=3, width=4, channels=bands, kind="none")
    found = preparation.result("folder", tmp_path / "images")
    assert found["pixels"] == [bytes(one >> 8 for one in values)]


@pytest.mark.parametrize("order", ["I;16", "I;16B"])
def test_sixteen_bits_of_either_order(preparation: Preparation, tmp_path: Path, order: str) -> None:
    values = [n * 4001 % 65536 for n in range(12)]
    packed = struct.pack(f"{'>' if order == 'I;16B' else '<'}12H", *values)
    image = Image.frombytes(order, (4, 3), packed)
    write(tmp_path / "images/a.tif", encoded(image, "TIFF"))
    preparation.meta = model(tmp_path, height=3, width=4, channels=1, kind="none")
    found = preparation.result("folder", tmp_path / "images")
    assert found["pixels"] == [bytes(one >> 8 for one in values)]


def test_images_of_other_kinds_are_converted(preparation: Preparation, tmp_path: Path) -> None:
    """Ink of a printer's JPEG, a palette, transparency, one bit."""
    plain = picture(4, (16, 16))
    files = {
        "bits.png": encoded(plain.convert("1"), "PNG"),
        "grey.JPEG": encoded(plain.convert("L")),
        "ink.jpg": encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0))),
        "palette.gif": encoded(plain.convert("P"), "GIF"),
        "through.webp": encoded(plain.convert("RGBA"), "WEBP", lossless=True),
        "whole.bmp": encoded(plain, "BMP"),
    }
    for name, content in files.items():
        write(tmp_path / "images" / name, content)
    preparation.meta = model(tmp_path, kind="none")
    found = preparation.result("folder", tmp_path / "images")
    assert found["ids"] == sorted(files)
    assert found["skipped"] == []
    by_name = dict(zip(found["ids"], found["pixels"], strict=True))
    red, green, blue = by_name["ink.jpg"][:3]
    assert red > 240
    assert max(green, blue) < 15
    assert by_name["through.webp"] == by_name["whole.bmp"] == plain.tobytes()


def test_own_photographs_stand_upright_and_benchmarks_lie_as_they_are(
    preparation: Preparation, tmp_path: Path
) -> None:
    """What ImageNet's published accuracies were measured with knows no EXIF."""
    image = picture(2, (16, 8))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the row that is first is the right-hand side
    content = encoded(image, "PNG", exif=exif)
    write(tmp_path / "images/a.png", content)
    write(tmp_path / "val/ILSVRC2012_val_00000001.JPEG", content)
    own = preparation.result("folder", tmp_path / "images")
    theirs = preparation.result("ilsvrc2012", tmp_path / "val")
    assert (own["sizes"], theirs["sizes"]) == ([[8, 16]], [[16, 8]])
    turned = image.transpose(Image.Transpose.ROTATE_270).resize((16, 16), Image.Resampling.BILINEAR)
    assert own["pixels"] == [turned.tobytes()]


def test_idx_images_of_emnist_are_turned(preparation: Preparation, tmp_path: Path) -> None:
    """Its rows are the images' columns."""
    file = write(
        tmp_path / "emnist-letters-test-images-idx3-ubyte", idx_images([b"abcdef"], (3, 2))
    )
    preparation.meta = model(tmp_path, height=3, width=2, channels=1, kind="none")
    found = preparation.result("idx", file, DATASET_VOCABULARY="emnist-letters")
    assert found["pixels"] == [b"adbecf"]

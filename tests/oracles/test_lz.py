from __future__ import annotations

import importlib
from typing import Any

import pytest

from oracles.oracle_kit import ROOT, dataset_file, datasets_with, reference

HEADER_BYTES = 12
SIZES = {  # of the originals, as the generator asks for them
    "prose": 280_000,
    "log": 400_000,
    "mixture": 400_000,
}


def number(content: bytes, start: int, size: int) -> int:
    return int.from_bytes(content[start : start + size], "little")


def fnv1a(content: bytes | bytearray) -> int:
    checksum = 0x811C9DC5
    for byte in content:
        checksum = (checksum ^ byte) * 0x01000193 % 2**32
    return checksum


def decompress(compressed: bytes) -> bytes:
    assert compressed[:4] == b"CKLZ"
    size = number(compressed, 4, 4)
    original = bytearray()
    at, flags = HEADER_BYTES, 1
    while len(original) < size:
        if flags == 1:  # a one above the eight flags tells when they are used up
            at, flags = at + 1, compressed[at] | 1 << 8
        flags, is_match = divmod(flags, 2)
        taken = 3 if is_match else 1
        item = compressed[at : at + taken]
        original += match(original, item) if is_match else item
        at += taken
    assert (at, len(original)) == (len(compressed), size)
    assert number(compressed, 8, 4) == fnv1a(original)
    return bytes(original)


def match(original: bytearray, item: bytes) -> bytes:
    """What a match stands for: the bytes from its distance on, repeated if it is longer."""
    distance, length = number(item, 0, 2) + 1, item[2] + 4
    assert distance <= len(original)
    start = len(original) - distance
    period = original[start : start + length]
    return bytes((period * (length // len(period) + 1))[:length])


def line(name: str, content: bytes) -> str:
    return f"{name}: {len(content)} bytes, checksum {fnv1a(content):08x}\n"


@pytest.mark.parametrize("dataset", datasets_with(["file-to-compress"]))
def test_the_compressed_reference_decompresses_to_the_dataset(dataset: str) -> None:
    original = dataset_file(dataset).read_bytes()
    compressed = reference("lz", "compress", dataset, "compressed.lz").read_bytes()
    assert decompress(compressed) == original
    stdout = reference("lz", "compress", dataset, "stdout.txt").read_text()
    assert stdout == line("original", original) + line("compressed", compressed)


@pytest.mark.parametrize("dataset", datasets_with(["file-to-compress"]))
def test_the_compressed_reference_is_worth_its_name(dataset: str) -> None:
    """Bytes alone would decompress as well."""
    compressed = reference("lz", "compress", dataset, "compressed.lz").read_bytes()
    assert len(compressed) < dataset_file(dataset).stat().st_size / 2


@pytest.mark.parametrize("dataset", datasets_with(["file-to-decompress"]))
def test_the_decompressed_reference_is_what_the_generator_compressed(
    dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "ck_plugins_compilers/generators")
    compressed = dataset_file(dataset).read_bytes()
    original = generated(dataset.removeprefix("compressed-"))
    assert decompress(compressed) == original
    stdout = reference("lz", "decompress", dataset, "stdout.txt").read_text()
    assert stdout == line("compressed", compressed) + line("original", original)


def generated(text: str) -> bytes:
    content: Any = getattr(importlib.import_module("texts"), text)(SIZES[text])
    return content if isinstance(content, bytes) else bytes(content, "ascii")

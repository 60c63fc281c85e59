from __future__ import annotations

import re

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, fnv1a, reference

LEVEL = 7
COMMANDS = ("round-trip", "compress", "decompress")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("dataset", datasets_with(["corpus-to-compress"]))
def test_the_reference_restores_the_corpus(dataset: str, command: str) -> None:
    content = dataset_file(dataset).read_bytes()
    original, compressed, restored = (
        reference("zstd", command, dataset, "stdout.txt").read_text().splitlines()
    )
    facts = f"{len(content)} bytes, checksum {fnv1a(content)}"
    assert original == f"original: {facts}"
    assert restored == f"restored: {facts}"
    size = re.fullmatch(r"compressed: (\d+) bytes, checksum [0-9a-f]{16}", compressed)
    assert size is not None
    assert int(size[1]) < len(content)


@pytest.mark.parametrize("dataset", datasets_with(["corpus-to-compress"]))
def test_the_reference_is_what_another_build_of_the_same_version_says(dataset: str) -> None:
    zstandard = pytest.importorskip("zstandard", reason="pip install zstandard compares with it")
    if zstandard.ZSTD_VERSION != (1, 5, 7):
        pytest.skip(f"zstandard holds version {zstandard.ZSTD_VERSION}, the reference is of 1.5.7")
    compressed = zstandard.ZstdCompressor(level=LEVEL).compress(dataset_file(dataset).read_bytes())
    line = f"compressed: {len(compressed)} bytes, checksum {fnv1a(compressed)}"
    assert line in reference("zstd", "compress", dataset, "stdout.txt").read_text().splitlines()

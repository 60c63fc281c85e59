from __future__ import annotations

from collections.abc import Iterator

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, reference


def places(text: bytes, pattern: bytes) -> Iterator[int]:
    at = text.find(pattern)
    while at >= 0:
        yield at
        at = text.find(pattern, at + 1)


def describe(number: int, found: list[int]) -> str:
    start = f"pattern {number}: {len(found)}"
    where = f", first {found[0]}, last {found[-1]}, sum {sum(found)}" if found else ""
    return f"{start}{where}\n"


@pytest.mark.parametrize("dataset", datasets_with(["text-to-search"]))
def test_the_reference_is_what_bytes_find_says(dataset: str) -> None:
    file = dataset_file(dataset)
    text = file.read_bytes()
    patterns = file.with_name("patterns.txt").read_bytes().splitlines()
    lines = [describe(i, list(places(text, pattern))) for i, pattern in enumerate(patterns, 1)]
    stdout = reference("string-search", "search", dataset, "stdout.txt").read_text()
    assert stdout == "".join(lines)


def test_some_pattern_overlaps_itself_in_the_text() -> None:
    """Without one, a search that goes on behind each match would look right."""
    text = dataset_file("text-genome").read_bytes()
    assert text.count(b"acaca") < len(list(places(text, b"acaca")))

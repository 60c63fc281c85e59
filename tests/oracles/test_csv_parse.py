from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, fnv1a, reference

END_OF_CELL = b"\xff"


def read_table(dataset: str) -> list[list[str]]:
    """In Latin-1, where a character is a byte."""
    text = dataset_file(dataset).read_bytes().decode("latin-1")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def integers_of_32_bits(cells: Sequence[str]) -> list[int]:
    numbers = [int(cell) for cell in cells if re.fullmatch("-?[0-9]+", cell)]
    return [number for number in numbers if -(2**31) <= number < 2**31]


def checksum(cells: Sequence[str]) -> str:
    return fnv1a(b"".join(cell.encode("latin-1") + END_OF_CELL for cell in cells))


def describe(cells: Sequence[str]) -> Iterator[str]:
    lengths = sorted(map(len, cells))
    integers = sorted(integers_of_32_bits(cells))
    yield f"  empty {lengths.count(0)}"
    yield f"  bytes {sum(lengths)}"
    yield f"  length {lengths[0]}..{lengths[-1]}"
    yield f"  integers {len(integers)}"
    if integers:
        yield f"  range {integers[0]}..{integers[-1]}"
        yield f"  sum {sum(integers)}"
    yield f"  checksum {checksum(cells)}"


def expected(dataset: str) -> str:
    header, *records = read_table(dataset)
    lines = [f"records {len(records)}"]
    columns = zip(*records, strict=True)
    for number, (name, cells) in enumerate(zip(header, columns, strict=True), start=1):
        lines += [f"column {number} {name}", *describe(cells)]
    return "".join(line + "\n" for line in lines)


@pytest.mark.parametrize("dataset", datasets_with(["csv", "with-header"]))
def test_the_reference_is_what_the_csv_module_reads(dataset: str) -> None:
    actual = reference("csv-parse", "column-statistics", dataset, "stdout.txt").read_bytes()
    assert actual.decode("latin-1") == expected(dataset)

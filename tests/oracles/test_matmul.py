from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from operator import mul
from typing import NamedTuple

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, reference

Matrix = list[list[int]]

WORD = 2**64


class Shape(NamedTuple):
    rows: int
    inner: int
    columns: int
    seed: int
    band: int


def load_shape(dataset: str) -> Shape:
    lines = (line.split() for line in dataset_file(dataset).read_text().splitlines())
    return Shape(**{name: int(number) for name, number in lines})


def random_entries(state: int) -> Iterator[int]:
    while True:
        state = (state * 1103515245 + 12345) % 2**32
        yield state // 2**16 % 19 - 9


def banded(entries: Iterator[int], rows: int, columns: int, band: int) -> Matrix:
    full = [list(islice(entries, columns)) for _ in range(rows)]
    return [
        [entry if abs(i - j) <= band else 0 for j, entry in enumerate(row)]
        for i, row in enumerate(full)
    ]


def multiply(left: Matrix, right: Matrix) -> Matrix:
    columns = list(zip(*right, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in left]


def describe(product: Matrix) -> Iterator[str]:
    checksum = 0xCBF29CE484222325
    for number, row in enumerate(product):
        for entry in row:
            checksum = (checksum ^ entry % WORD) * 0x100000001B3 % WORD
        yield f"row {number}: sum {sum(row)}, checksum so far {checksum:016x}\n"


@cache
def expected(dataset: str) -> str:
    """In integers, which are exact whatever the order of the sums."""
    shape = load_shape(dataset)
    entries = random_entries(shape.seed)
    left = banded(entries, shape.rows, shape.inner, shape.band)
    right = banded(entries, shape.inner, shape.columns, shape.band)
    return "".join(describe(multiply(left, right)))


@pytest.mark.parametrize("dataset", datasets_with(["pair-to-multiply"]))
@pytest.mark.parametrize("command", ["plain", "tiled"])
def test_the_reference_is_the_product_in_integers(command: str, dataset: str) -> None:
    assert reference("matmul", command, dataset, "stdout.txt").read_text() == expected(dataset)

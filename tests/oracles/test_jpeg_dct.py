from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from math import cos, floor, pi, sqrt
from operator import mul
from typing import NamedTuple

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, reference

Block = list[list[int]]
QUALITIES = {"fine": 90, "coarse": 20}
IMAGES = datasets_with(["image", "pgm"])
WORD = 2**64
# ITU-T T.81, table K.1
LUMINANCE = [
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
]
COSINES = [
    [(sqrt(1 / 8) if u == 0 else 1 / 2) * cos((2 * x + 1) * u * pi / 16) for x in range(8)]
    for u in range(8)
]
BASIS = [[round(2**13 * value) for value in row] for row in COSINES]
# Diagonal by diagonal, odd ones downwards.
ZIGZAG = sorted(
    ((y, x) for y in range(8) for x in range(8)),
    key=lambda p: (p[0] + p[1], p[0] if (p[0] + p[1]) % 2 else p[1]),
)


class Coded(NamedTuple):
    """One image: the levels of each block in zigzag order; pixels before and after, blockwise."""

    levels: list[list[int]]
    original: list[int]
    restored: list[int]


@cache
def image(dataset: str) -> list[bytes]:
    _, sides, _, content = dataset_file(dataset).read_bytes().split(b"\n", 3)
    width = int(sides.split()[0])
    return [content[start : start + width] for start in range(0, len(content), width)]


def matrix_product(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> Block:
    columns = list(zip(*right, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in left]


def rounded(block: Block, bits: int) -> Block:
    return [[(value + 2 ** (bits - 1)) // 2**bits for value in row] for row in block]


def forward(samples: Block) -> Block:
    """BASIS * samples * BASIS', the rows first, with three more bits in between."""
    half_way = rounded(matrix_product(samples, list(zip(*BASIS, strict=True))), 10)
    return rounded(matrix_product(BASIS, half_way), 16)


def inverse(coefficients: Block) -> Block:
    half_way = rounded(matrix_product(coefficients, BASIS), 10)
    return rounded(matrix_product(list(zip(*BASIS, strict=True)), half_way), 16)


def divisors(quality: int) -> list[int]:
    per_cent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return [min(max((LUMINANCE[y][x] * per_cent + 50) // 100, 1), 255) for y, x in ZIGZAG]


def nearest(value: int, divisor: int) -> int:
    """Halves away from zero."""
    level = floor(Fraction(abs(value), divisor) + Fraction(1, 2))
    return level if value >= 0 else -level


@cache
def coded(dataset: str, quality: int) -> Coded:
    rows, scale = image(dataset), divisors(quality)
    height, width = len(rows), len(rows[0])
    result = Coded([], [], [])
    for top in range(0, height, 8):
        for left in range(0, width, 8):
            ys = [min(top + y, height - 1) for y in range(8)]
            xs = [min(left + x, width - 1) for x in range(8)]
            spectrum = forward([[rows[y][x] - 128 for x in xs] for y in ys])
            levels = [nearest(spectrum[y][x], d) for (y, x), d in zip(ZIGZAG, scale, strict=True)]
            flat = {p: lv * d for p, lv, d in zip(ZIGZAG, levels, scale, strict=True)}
            samples = inverse([[flat[y, x] for x in range(8)] for y in range(8)])
            inside = list(product(range(min(8, height - top)), range(min(8, width - left))))
            result.levels.append(levels)
            result.original.extend(rows[top + y][left + x] for y, x in inside)
            result.restored.extend(min(max(samples[y][x] + 128, 0), 255) for y, x in inside)
    return result


def checksum(values: Iterator[int]) -> str:
    state = 0xCBF29CE484222325
    for value in values:
        state = (state ^ value) * 0x100000001B3 % WORD
    return f"{state:016x}"


def zero_runs(levels: list[int]) -> list[int]:
    """Zeros before each nonzero level but the first of the block."""
    runs, zeros = [], 0
    for level in levels[1:]:
        if level:
            runs.append(zeros)
        zeros = 0 if level else zeros + 1
    return runs


def sizes(blocks: list[list[int]]) -> Iterator[int]:
    means = [levels[0] for levels in blocks]
    for before, mean in zip([0, *means], means, strict=False):
        yield (mean - before).bit_length()
    for levels in blocks:
        yield from (level.bit_length() for level in levels[1:] if level)


def nonzero(levels: Sequence[int]) -> int:
    return len(levels) - levels.count(0)


def counts(name: str, values: Counter[int]) -> Iterator[str]:
    return (f"{name} {value}: {times}" for value, times in sorted(values.items()))


def description(result: Coded) -> Iterator[str]:
    runs = [run for levels in result.levels for run in zero_runs(levels)]
    errors = [abs(a - b) for a, b in zip(result.original, result.restored, strict=True)]
    yield f"blocks: {len(result.levels)}"
    for place, levels in enumerate(zip(*result.levels, strict=True)):
        yield f"place {place}: {nonzero(levels)} nonzero, magnitudes {sum(map(abs, levels))}"
    yield from counts("zeros", Counter(run % 16 for run in runs))
    yield f"sixteen zeros: {sum(run // 16 for run in runs)}"
    yield f"blocks cut short: {sum(levels[-1] == 0 for levels in result.levels)}"
    yield from counts("bits", Counter(sizes(result.levels)))
    levels_in_order = (level % 2**16 for levels in result.levels for level in levels)
    yield f"levels checksum: {checksum(levels_in_order)}"
    yield f"pixels checksum: {checksum(iter(result.restored))}"
    yield f"squared error: {sum(error**2 for error in errors)}"
    yield f"largest error: {max(errors)}"


@pytest.mark.parametrize("dataset", IMAGES)
@pytest.mark.parametrize("command", QUALITIES)
def test_the_reference_follows_from_the_definitions(command: str, dataset: str) -> None:
    expected = "\n".join(description(coded(dataset, QUALITIES[command]))) + "\n"
    assert reference("jpeg-dct", command, dataset, "stdout.txt").read_text() == expected


def test_the_integer_transform_is_a_cosine_transform() -> None:
    samples = [[(37 * y * y + 91 * x + 53 * x * y) % 256 - 128 for x in range(8)] for y in range(8)]
    for v, row in enumerate(forward(samples)):
        for u, value in enumerate(row):
            exact = sum(
                samples[y][x] * COSINES[v][y] * COSINES[u][x] for y in range(8) for x in range(8)
            )
            assert abs(value - exact) < 1
    for before, after in zip(samples, inverse(forward(samples)), strict=True):
        assert before == pytest.approx(after, abs=2)

"""The sweeps have a closed form: each sine wave of the grid is multiplied by its own factor.

With zeros inside the edges at first, n sweeps give (1 + f + ... + f^(n-1)) b for a wave of factor f
that has amplitude b in what one sweep adds: a quarter of the sources and of the edges next to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain
from math import cos, fsum, pi, sin
from operator import mul
from typing import NamedTuple

import pytest

from oracles.oracle_kit import assert_close, dataset_file, datasets_with, reference

Matrix = list[list[float]]

PRINTED = 8


class Problem(NamedTuple):
    sweeps: int
    added: Matrix  # by each sweep, next to what the neighbours give


def read_problem(dataset: str) -> Problem:
    lines = (line.split() for line in dataset_file(dataset).read_text().splitlines())
    header, top, bottom, left, right, *sources = (list(map(int, line)) for line in lines)
    rows, columns, sweeps, source_count = header
    assert len(sources) == source_count
    added = [[0.0] * columns for _ in range(rows)]
    for row, column, strength in [
        *((1, column, value) for column, value in enumerate(top, start=1)),
        *((rows, column, value) for column, value in enumerate(bottom, start=1)),
        *((row, 1, value) for row, value in enumerate(left, start=1)),
        *((row, columns, value) for row, value in enumerate(right, start=1)),
        *sources,
    ]:
        added[row - 1][column - 1] += strength / 4
    return Problem(sweeps, added)


def product(left: Matrix, right: Matrix) -> Matrix:
    columns = list(zip(*right, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in left]


@cache
def sine_waves(points: int) -> Matrix:
    """Symmetric, and its own inverse times 2 / (points + 1)."""
    numbers = range(1, points + 1)
    return [[sin(pi * i * k / (points + 1)) for i in numbers] for k in numbers]


def transform(grid: Matrix) -> Matrix:
    return product(product(sine_waves(len(grid)), grid), sine_waves(len(grid[0])))


def factors(points: int) -> list[float]:
    return [cos(pi * k / (points + 1)) for k in range(1, points + 1)]


def relaxed(problem: Problem) -> tuple[Matrix, Matrix]:
    """The grid after the sweeps, and what one more sweep would add to it."""
    rows, columns = len(problem.added), len(problem.added[0])
    waves = transform(problem.added)
    grid = [[0.0] * columns for _ in range(rows)]
    change = [[0.0] * columns for _ in range(rows)]
    for i, down in enumerate(factors(rows)):
        for j, along in enumerate(factors(columns)):
            factor = (down + along) / 2
            amplitude = waves[i][j] * 4 / (rows + 1) / (columns + 1)
            change[i][j] = amplitude * factor**problem.sweeps
            grid[i][j] = (amplitude - change[i][j]) / (1 - factor)
    return transform(grid), transform(change)


def describe(grid: Matrix, change: Matrix) -> Iterator[str]:
    rows, columns = len(grid), len(grid[0])
    yield f"residual {max(map(abs, chain(*change)))!r}"
    yield f"sum {fsum(chain(*grid))!r}"
    yield f"sum of squares {fsum(value**2 for value in chain(*grid))!r}"
    for row in range(0, rows, -(-rows // PRINTED)):
        for column in range(0, columns, -(-columns // PRINTED)):
            yield f"value {row + 1} {column + 1} {grid[row][column]!r}"


def expected(problem: Problem) -> str:
    grid, change = relaxed(problem)
    shape = [f"grid {len(grid)} by {len(grid[0])}", f"sweeps {problem.sweeps}"]
    return "\n".join([*shape, *describe(grid, change)])


@pytest.mark.parametrize("dataset", datasets_with(["boundary-problem", "rectangle"]))
def test_the_reference_is_the_closed_form_of_the_sweeps(dataset: str) -> None:
    actual = reference("jacobi", "relax", dataset, "stdout.txt").read_text()
    assert_close("jacobi", "relax", actual, expected(read_problem(dataset)))

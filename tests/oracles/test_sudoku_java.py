"""Sudoku as an exact cover: each cell once, and each digit once in each row, column and box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, reference

DIGITS = "123456789"


class Choice(NamedTuple):
    cell: int
    digit: str


Demand = tuple[str, int, str]
Open = Mapping[Demand, set[Choice]]  # what must still be met, and the choices that can meet it


def demands(choice: Choice) -> list[Demand]:
    cell, digit = choice
    row, column = divmod(cell, 9)
    box = row // 3 * 3 + column // 3
    places = {"row": row, "column": column, "box": box}
    return [("cell", cell, ""), *((unit, number, digit) for unit, number in places.items())]


def opening(puzzle: str) -> Open:
    found: dict[Demand, set[Choice]] = {}
    for cell, clue in enumerate(puzzle):
        for digit in DIGITS:
            for demand in demands(choice := Choice(cell, digit)):
                choices = found.setdefault(demand, set())
                if clue in (".", digit):
                    choices.add(choice)
    return found


def solutions(unmet: Open, chosen: tuple[Choice, ...] = ()) -> Iterator[str]:
    if not unmet:
        yield "".join(digit for _, digit in sorted(chosen))
        return
    for choice in min(unmet.values(), key=len):
        yield from solutions(after(unmet, choice), (*chosen, choice))


def after(unmet: Open, choice: Choice) -> Open:
    met = demands(choice)
    impossible = set().union(*(unmet[demand] for demand in met))
    return {demand: unmet[demand] - impossible for demand in unmet if demand not in met}


@pytest.mark.parametrize("dataset", datasets_with(["sudoku", "puzzles"]))
def test_each_line_of_the_reference_is_the_only_solution(dataset: str) -> None:
    puzzles = dataset_file(dataset).read_text().splitlines()
    expected = [list(islice(solutions(opening(puzzle)), 2)) for puzzle in puzzles]
    actual = reference("sudoku-java", "solve", dataset, "stdout.txt").read_text()
    assert [[line] for line in actual.splitlines()] == expected

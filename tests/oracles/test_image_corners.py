from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from math import atan2, degrees

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, reference

Plane = list[list[int]]
Point = tuple[int, int]  # row, column

IMAGES = datasets_with(["image", "pgm"])


@cache
def pixels(dataset: str) -> Plane:
    magic, sides, white, content = dataset_file(dataset).read_bytes().split(b"\n", 3)
    assert (magic, white) == (b"P5", b"255")
    width, height = map(int, sides.split())
    assert len(content) == width * height
    return [list(content[start : start + width]) for start in range(0, len(content), width)]


def transposed(plane: Plane) -> Plane:
    return [list(column) for column in zip(*plane, strict=True)]


def gradient_x(image: Plane) -> Plane:
    """Sobel's operator in two steps: smoothed along y, then differences along x; a zero frame."""
    width = len(image[0])
    inner = [
        [a + 2 * b + c for a, b, c in zip(*rows, strict=True)]
        for rows in zip(image, image[1:], image[2:], strict=False)
    ]
    differences = [
        [0, *(right - left for left, right in zip(row, row[2:], strict=False)), 0] for row in inner
    ]
    return [[0] * width, *differences, [0] * width]


def gradient_y(image: Plane) -> Plane:
    return transposed(gradient_x(transposed(image)))


def products(left: Plane, right: Plane) -> Plane:
    return [[a * b for a, b in zip(*rows, strict=True)] for rows in zip(left, right, strict=True)]


class AreaSums:
    """A summed-area table: sums over windows by four look-ups."""

    def __init__(self, plane: Plane) -> None:
        table = [[0] * (len(plane[0]) + 1)]
        for row in plane:
            sums = accumulate(row, initial=0)
            table.append([above + here for above, here in zip(table[-1], sums, strict=True)])
        self.table = table

    def window(self, y: int, x: int) -> int:
        top, bottom = self.table[y - 2], self.table[y + 3]
        return bottom[x + 3] - bottom[x - 2] - top[x + 3] + top[x - 2]


def responses(image: Plane) -> dict[Point, int]:
    """25 times determinant - 0.04 trace^2, where a window of gradients lies inside."""
    x, y = gradient_x(image), gradient_y(image)
    xx, yy, xy = (AreaSums(products(a, b)) for a, b in ((x, x), (y, y), (x, y)))
    found = {}
    for row in range(3, len(image) - 3):
        for column in range(3, len(image[0]) - 3):
            a, b, c = (sums.window(row, column) for sums in (xx, yy, xy))
            found[row, column] = 25 * (a * b - c * c) - (a + b) ** 2
    return found


def corners(image: Plane) -> list[tuple[Point, int]]:
    strength = responses(image)
    threshold = max(strength.values()) // 100
    candidates = {point: value for point, value in strength.items() if value > threshold}
    return [(p, v) for p, v in sorted(candidates.items()) if is_first_maximum(p, v, candidates)]


def is_first_maximum(point: Point, value: int, candidates: dict[Point, int]) -> bool:
    y, x = point
    around = [(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)]
    rivals = [(-candidates[other], other) for other in around if other in candidates]
    return min(rivals) == (-value, point)


def edges(image: Plane) -> set[Point]:
    x, y = gradient_x(image), gradient_y(image)
    strength = {
        (row, column): x[row][column] ** 2 + y[row][column] ** 2
        for row in range(len(image))
        for column in range(len(image[0]))
    }
    ridges = set(ridge_points(x, y, strength))
    pending = [point for point in ridges if strength[point] >= 200**2]
    found = set(pending)
    while pending:
        row, column = pending.pop()
        around = {(row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)}
        new = (around & ridges) - found
        found |= new
        pending += new
    return found


def ridge_points(x: Plane, y: Plane, strength: dict[Point, int]) -> Iterator[Point]:
    """Strictly stronger than the pixel before along the gradient, not weaker than the one after."""
    for (row, column), value in strength.items():
        if value < 80**2:
            continue
        angle = degrees(atan2(y[row][column], x[row][column])) % 180
        dy, dx = ((0, 1), (1, 1), (1, 0), (1, -1))[round(angle / 45) % 4]
        before, after = strength[row - dy, column - dx], strength[row + dy, column + dx]
        if before < value >= after:
            yield row, column


def runs(columns: list[int]) -> Iterator[str]:
    starts = [c for c in columns if c - 1 not in columns]
    ends = [c for c in columns if c + 1 not in columns]
    return (f" {first}-{last}" for first, last in zip(starts, ends, strict=True))


@pytest.mark.parametrize("dataset", IMAGES)
def test_corners_are_where_area_sums_say(dataset: str) -> None:
    found = corners(pixels(dataset))
    lines = [f"{len(found)} corners"] + [f"{x} {y} {value}" for (y, x), value in found]
    assert reference("image-corners", "corners", dataset, "stdout.txt").read_text() == (
        "\n".join(lines) + "\n"
    )


@pytest.mark.parametrize("dataset", IMAGES)
def test_edges_are_where_angles_say(dataset: str) -> None:
    found = edges(pixels(dataset))
    assert found
    lines = [f"{len(found)} pixels on edges"]
    for row in sorted({y for y, _ in found}):
        lines.append(f"{row}:" + "".join(runs(sorted(x for y, x in found if y == row))))
    assert reference("image-corners", "edges", dataset, "stdout.txt").read_text() == (
        "\n".join(lines) + "\n"
    )

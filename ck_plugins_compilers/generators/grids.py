"""Boundary-value problems on a rectangle: a plate heated at its edges, and charges in a box.

The first line is `rows columns sweeps sources`; then the values along the top, bottom, left and
right edge, a line each; then one source a line: `row column strength`.
"""

from generator_kit import Xorshift, save_dataset


def hot_plate() -> str:
    """Laplace: a hot spot on the top edge, warm right, uneven left, cold below, no sources."""
    rows, columns = 96, 96
    random = Xorshift(seed=601)
    top = [max(0, 900 - (column - 30) ** 2) for column in range(columns)]
    left = [random.between(0, 60) for _ in range(rows)]
    return problem([rows, columns, 300, 0], [top, [0] * columns, left, [100] * rows], [])


def charges() -> str:
    """Poisson: positive and negative point charges in an earthed box that is not square."""
    rows, columns, sources = 64, 128, 40
    random = Xorshift(seed=602)
    cells = list(range(rows * columns))
    random.shuffle(cells)
    charges = [
        [1 + cell // columns, 1 + cell % columns, (-1) ** index * random.between(100, 9000)]
        for index, cell in enumerate(cells[:sources])
    ]
    edges = [[0] * columns, [0] * columns, [0] * rows, [0] * rows]
    return problem([rows, columns, 350, sources], edges, charges)


def problem(header: list[int], edges: list[list[int]], sources: list[list[int]]) -> str:
    return "".join(" ".join(map(str, line)) + "\n" for line in [header, *edges, *sources])


if __name__ == "__main__":
    save_dataset("grid-hot-plate", "problem.txt", hot_plate())
    save_dataset("grid-charges", "problem.txt", charges())

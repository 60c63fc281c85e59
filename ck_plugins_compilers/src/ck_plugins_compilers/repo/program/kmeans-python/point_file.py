"""Reads `points dimensions clusters` and then the points, a line of integers each."""

import pathlib

Point = tuple[int, ...]


class InputError(Exception):
    """Says what happened, and to what."""

    def __init__(self, what: str, subject: str) -> None:
        super().__init__(f"{what}: {subject}")


def read_points(path: str) -> tuple[list[Point], int]:
    """The points, and the number of clusters wanted."""
    (count, dimensions, clusters), *points = read_rows(path)
    if count != len(points):
        raise InputError(f"{len(points)} points instead of {count}", path)
    if dimensions < 1 or any(len(point) != dimensions for point in points):
        raise InputError(f"not every point has {dimensions} coordinates", path)
    if not 1 <= clusters <= count:
        raise InputError(f"cannot make {clusters} clusters of {count} points", path)
    return points, clusters


def read_rows(path: str) -> list[Point]:
    try:
        text = pathlib.Path(path).read_text(encoding="ascii")
        rows = [tuple(map(int, line.split())) for line in text.splitlines()]
    except OSError as error:
        raise InputError("cannot read", path) from error
    except ValueError as error:
        raise InputError("not a file of integers", path) from error
    if not rows or len(rows[0]) != 3:
        raise InputError("the first line is not three integers", path)
    return rows

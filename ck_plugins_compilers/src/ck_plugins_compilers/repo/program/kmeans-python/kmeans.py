"""Groups integer points by k-means in integer arithmetic, starting from the first points.

usage: kmeans.py FILE       (runs CT_REPEAT_MAIN times)
"""

import os
import sys

from point_file import InputError, Point, read_points

# Means are rounded down, so a round need not improve on the one before and could go on for ever.
MOST_ROUNDS = 100


def squared_distance(one: Point, other: Point) -> int:
    return sum((a - b) * (a - b) for a, b in zip(one, other, strict=True))


def nearest(point: Point, centroids: list[Point]) -> int:
    """The index of the nearest centroid, the first one of several equally near."""
    distances = [squared_distance(point, centroid) for centroid in centroids]
    return distances.index(min(distances))


def mean(points: list[Point]) -> Point:
    return tuple(sum(axis) // len(points) for axis in zip(*points, strict=True))


def moved(centroids: list[Point], points: list[Point], owners: list[int]) -> list[Point]:
    """The mean of the points that each centroid owns; a centroid without points stays."""
    owned: list[list[Point]] = [[] for _ in centroids]
    for point, owner in zip(points, owners, strict=True):
        owned[owner].append(point)
    return [mean(own) if own else old for own, old in zip(owned, centroids, strict=True)]


def cluster(points: list[Point], clusters: int) -> tuple[int, list[Point], list[int]]:
    """The number of rounds, the centroids, and the index of the centroid that owns each point."""
    centroids = points[:clusters]
    owners: list[int] = []
    for rounds in range(1, MOST_ROUNDS + 1):
        previous, owners = owners, [nearest(point, centroids) for point in points]
        if owners == previous:
            return rounds, centroids, owners
        centroids = moved(centroids, points, owners)
    return MOST_ROUNDS, centroids, owners


def repetitions() -> int:
    text = os.environ.get("CT_REPEAT_MAIN", "1")
    if not text.isdecimal() or int(text) < 1:
        raise InputError("CT_REPEAT_MAIN is not a positive number", text)
    return int(text)


def report(points: list[Point], clusters: int) -> str:
    for _ in range(repetitions()):
        rounds, centroids, owners = cluster(points, clusters)
    spread = sum(map(squared_distance, points, (centroids[owner] for owner in owners)))
    lines = [f"rounds {rounds}", f"squared distances {spread}"]
    for index, centroid in enumerate(centroids):
        coordinates = " ".join(map(str, centroid))
        lines.append(f"cluster {index} size {owners.count(index)} centroid {coordinates}")
    return "\n".join(lines) + "\n"


def run(arguments: list[str]) -> None:
    if len(arguments) != 1:
        raise InputError("expected one argument", "FILE")
    sys.stdout.write(report(*read_points(arguments[0])))
    sys.stdout.flush()


def main() -> None:
    try:
        run(sys.argv[1:])
    except OSError:
        sys.exit("kmeans-python: cannot write: standard output")
    except InputError as error:
        sys.exit(f"kmeans-python: {error}")
    except MemoryError:
        sys.exit("kmeans-python: out of memory: points")


if __name__ == "__main__":
    main()

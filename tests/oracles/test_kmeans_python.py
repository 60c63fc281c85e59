from __future__ import annotations

from operator import mul
from typing import NamedTuple

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, reference

Point = tuple[int, ...]


class Cluster(NamedTuple):
    size: int
    sums: Point
    squares: int


def dot(one: Point, other: Point) -> int:
    return sum(map(mul, one, other))


def read_points(dataset: str) -> tuple[list[Point], int]:
    header, *lines = dataset_file(dataset).read_text().splitlines()
    count, dimensions, clusters = map(int, header.split())
    points = [tuple(map(int, line.split())) for line in lines]
    assert [len(point) for point in points] == [dimensions] * count
    return points, clusters


def nearest(point: Point, centroids: list[Point]) -> int:
    """|p - c|^2 is least where 2pc - c^2 is greatest; the first of several such centroids."""
    nearness = [2 * dot(point, centroid) - dot(centroid, centroid) for centroid in centroids]
    return nearness.index(max(nearness))


def gather(points: list[Point], owners: list[int], which: int) -> Cluster:
    own = [point for point, owner in zip(points, owners, strict=True) if owner == which]
    sums = tuple(map(sum, zip(*own, strict=True)))
    return Cluster(len(own), sums, sum(dot(point, point) for point in own))


def spread(cluster: Cluster, centroid: Point) -> int:
    """The sum of the squared distances, multiplied out."""
    cross = dot(centroid, cluster.sums)
    return cluster.squares - 2 * cross + cluster.size * dot(centroid, centroid)


def clustered(points: list[Point], count: int) -> tuple[int, list[Point], list[Cluster]]:
    """Rounds until no point changes its cluster; the last one counts."""
    centroids = points[:count]
    rounds, owners, previous = 0, [0], [-1]
    while owners != previous:
        rounds += 1
        previous, owners = owners, [nearest(point, centroids) for point in points]
        clusters = [gather(points, owners, which) for which in range(count)]
        centroids = [
            tuple(total // cluster.size for total in cluster.sums) if cluster.size else centroid
            for cluster, centroid in zip(clusters, centroids, strict=True)
        ]
    return rounds, centroids, clusters


def expected(dataset: str) -> str:
    rounds, centroids, clusters = clustered(*read_points(dataset))
    lines = [f"rounds {rounds}", f"squared distances {sum(map(spread, clusters, centroids))}"]
    for number, (cluster, centroid) in enumerate(zip(clusters, centroids, strict=True)):
        place = " ".join(map(str, centroid))
        lines.append(f"cluster {number} size {cluster.size} centroid {place}")
    return "".join(line + "\n" for line in lines)


@pytest.mark.parametrize("dataset", datasets_with(["points", "integer-coordinates"]))
def test_the_reference_is_what_sums_over_clusters_give(dataset: str) -> None:
    actual = reference("kmeans-python", "cluster", dataset, "stdout.txt").read_text()
    assert actual == expected(dataset)

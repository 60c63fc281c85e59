from __future__ import annotations

from collections.abc import Iterator

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, fnv1a, reference

Edge = tuple[int, int, int]

UNREACHABLE = 2**64 - 1
PRINTED = 20


def read_graph(dataset: str) -> tuple[int, int, list[Edge]]:
    header, *lines = dataset_file(dataset).read_text().splitlines()
    vertices, edge_count, source = map(int, header.split())
    edges = [(int(start), int(end), int(weight)) for start, end, weight in map(str.split, lines)]
    assert len(edges) == edge_count
    return vertices, source, edges


def distances_from(source: int, vertices: int, edges: list[Edge]) -> list[int]:
    """Bellman and Ford's way: over all edges until nothing gets shorter, without any queue."""
    distances = [UNREACHABLE] * vertices
    distances[source] = 0
    before: list[int] = []
    while before != distances:
        before = distances.copy()
        for start, end, weight in edges:
            distances[end] = min(distances[end], distances[start] + weight)
    return distances


def describe(distances: list[int], edge_count: int) -> Iterator[str]:
    reached = [distance for distance in distances if distance != UNREACHABLE]
    yield f"vertices {len(distances)}"
    yield f"edges {edge_count}"
    yield f"reached {len(reached)}"
    yield f"total {sum(reached)}"
    yield f"farthest {distances.index(max(reached))} {max(reached)}"
    for vertex in range(0, len(distances), -(-len(distances) // PRINTED)):
        distance = distances[vertex]
        yield f"distance {vertex} {'unreachable' if distance == UNREACHABLE else distance}"
    yield f"checksum {fnv1a(distances)}"


@pytest.mark.parametrize("dataset", datasets_with(["weighted-graph", "text"]))
def test_the_reference_is_what_bellman_and_ford_find(dataset: str) -> None:
    vertices, source, edges = read_graph(dataset)
    lines = describe(distances_from(source, vertices, edges), len(edges))
    actual = reference("dijkstra", "shortest-paths", dataset, "stdout.txt").read_text()
    assert actual == "".join(line + "\n" for line in lines)

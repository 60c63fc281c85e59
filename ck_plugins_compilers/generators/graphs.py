"""Weighted directed graphs: a road grid with long shortest paths, and one held together by hubs."""

from collections.abc import Iterator

from generator_kit import Xorshift, save_dataset

Edge = tuple[int, int, int]

GRID_SIDE = 52
HUB_VERTICES = 3_000


def road_grid() -> Iterator[Edge]:
    """Two-way streets of random length between neighbouring crossings; a tenth is missing."""
    random = Xorshift(seed=201)
    for here in range(GRID_SIDE * GRID_SIDE):
        row, column = divmod(here, GRID_SIDE)
        to_the_right = [here + 1] if column + 1 < GRID_SIDE else []
        below = [here + GRID_SIDE] if row + 1 < GRID_SIDE else []
        for there in to_the_right + below:
            length = random.between(20, 400)
            if random.below(10):
                yield here, there, length
                yield there, here, length


def hubs() -> Iterator[Edge]:
    """Newcomers lead to vertices that many lead to; few ways lead back, so not all are reached."""
    random = Xorshift(seed=202)
    followed = [0]
    for newcomer in range(1, HUB_VERTICES):
        for hub in [followed[random.below(len(followed))] for _ in range(3)]:
            followed += [hub, newcomer]
            yield newcomer, hub, random.between(1, 10_000)
            if random.below(4) == 0:
                yield hub, newcomer, random.between(1, 1000)


def save(alias: str, vertices: int, source: int, edges: list[Edge]) -> None:
    lines = [f"{vertices} {len(edges)} {source}\n"]
    lines += [f"{start} {end} {weight}\n" for start, end, weight in edges]
    save_dataset(alias, "graph.txt", "".join(lines))


if __name__ == "__main__":
    save("graph-road-grid", GRID_SIDE * GRID_SIDE, 0, list(road_grid()))
    save("graph-hubs", HUB_VERTICES, 5, list(hubs()))

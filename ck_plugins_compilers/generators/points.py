"""Integer points to be clustered: round blobs in a plane, and a box filled evenly in space.

The first line is `points dimensions clusters`, each further one a point.
"""

from collections.abc import Callable

from generator_kit import Xorshift, save_dataset

Point = list[int]

CENTRES = ((1200, 800), (5200, 900), (3000, 4700), (8800, 8300), (700, 8600), (7600, 4100))


def blobs() -> list[Point]:
    """The sum of a few uniform numbers is round enough; the blobs differ in width."""
    random = Xorshift(seed=701)

    def point(_: int) -> Point:
        which = random.below(len(CENTRES))
        width = 150 + 60 * which
        return [coordinate + spread(width) for coordinate in CENTRES[which]]

    def spread(width: int) -> int:
        return sum(random.between(-width, width) for _ in range(4))

    return shuffled(random, point, count=400)


def box() -> list[Point]:
    random = Xorshift(seed=702)
    return shuffled(random, lambda _: [random.below(1000) for _ in range(3)], count=300)


def shuffled(random: Xorshift, point: Callable[[int], Point], *, count: int) -> list[Point]:
    points = [point(index) for index in range(count)]
    random.shuffle(points)
    return points


def save(alias: str, points: list[Point], *, clusters: int) -> None:
    rows = [[len(points), len(points[0]), clusters], *points]
    save_dataset(alias, "points.txt", "".join(" ".join(map(str, row)) + "\n" for row in rows))


if __name__ == "__main__":
    save("points-blobs", blobs(), clusters=6)
    save("points-box", box(), clusters=5)

from __future__ import annotations

from functools import cache
from math import dist, fsum
from typing import NamedTuple

import pytest

from oracles.oracle_kit import assert_close, dataset_file, datasets_with, reference

Vector = tuple[float, ...]

DATASETS = datasets_with(["bodies", "initial-conditions"])


class Bodies(NamedTuple):
    masses: list[float]
    positions: list[Vector]
    velocities: list[Vector]


class Problem(NamedTuple):
    steps: int
    time_step: float
    bodies: Bodies


@cache
def read_problem(dataset: str) -> Problem:
    header, *lines = (line.split() for line in dataset_file(dataset).read_text().splitlines())
    rows = [tuple(map(float, line)) for line in lines]
    assert len(rows) == int(header[0])
    bodies = Bodies([r[0] for r in rows], [r[1:4] for r in rows], [r[4:7] for r in rows])
    return Problem(int(header[1]), float(header[2]), bodies)


def moved(vectors: list[Vector], speeds: list[Vector], time: float) -> list[Vector]:
    return [
        (x + time * u, y + time * v, z + time * w)
        for (x, y, z), (u, v, w) in zip(vectors, speeds, strict=True)
    ]


def accelerations(masses: list[float], positions: list[Vector]) -> list[Vector]:
    return [acceleration(position, masses, positions) for position in positions]


def acceleration(place: Vector, masses: list[float], positions: list[Vector]) -> Vector:
    """Summed for each body on its own, without the law of action and reaction."""
    x, y, z = place
    to_x = to_y = to_z = 0.0
    for mass, other in zip(masses, positions, strict=True):
        if other is not place:
            pull = mass / dist(place, other) ** 3
            to_x += pull * (other[0] - x)
            to_y += pull * (other[1] - y)
            to_z += pull * (other[2] - z)
    return to_x, to_y, to_z


@cache
def integrated(dataset: str) -> Bodies:
    """Verlet's form with velocities: the drift of a step takes the half kick before it along."""
    problem = read_problem(dataset)
    (masses, positions, velocities), step = problem.bodies, problem.time_step
    pulls = accelerations(masses, positions)
    for _ in range(problem.steps):
        positions = moved(moved(positions, velocities, step), pulls, step**2 / 2)
        before, pulls = pulls, accelerations(masses, positions)
        velocities = moved(velocities, moved(before, pulls, 1.0), step / 2)
    return Bodies(masses, positions, velocities)


def energy(bodies: Bodies) -> float:
    kinetic = fsum(m * fsum(v * v for v in speed) / 2 for m, _, speed in zip(*bodies, strict=True))
    placed = list(zip(bodies.masses, bodies.positions, strict=True))
    pairs = [(one, other) for number, one in enumerate(placed) for other in placed[:number]]
    return kinetic - fsum(m * n / dist(here, there) for (m, here), (n, there) in pairs)


def expected_energies(dataset: str) -> list[float]:
    return [energy(read_problem(dataset).bodies), energy(integrated(dataset))]


def expected(dataset: str) -> str:
    before, after = expected_energies(dataset)
    final = integrated(dataset)
    lines = [
        f"bodies {len(final.masses)}",
        f"steps {read_problem(dataset).steps}",
        f"energy before {before!r}",
        f"energy after {after!r}",
    ]
    for number, position in enumerate(final.positions, start=1):
        lines.append(" ".join(map(str, ("body", number, *position))))
    return "\n".join(lines)


def printed_lines(dataset: str) -> list[list[str]]:
    text = reference("nbody", "leapfrog", dataset, "stdout.txt").read_text()
    return [line.split() for line in text.splitlines()]


def weighted_sum(masses: list[float], vectors: list[Vector]) -> list[float]:
    axes = zip(*vectors, strict=True)
    return [fsum(m * value for m, value in zip(masses, axis, strict=True)) for axis in axes]


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_reference_is_what_verlet_s_form_gives(dataset: str) -> None:
    actual = reference("nbody", "leapfrog", dataset, "stdout.txt").read_text()
    assert_close("nbody", "leapfrog", actual, expected(dataset))


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_centre_of_mass_moves_straight_on(dataset: str) -> None:
    """The integrator keeps the momentum whatever the step."""
    problem = read_problem(dataset)
    masses, positions, velocities = problem.bodies
    time = problem.steps * problem.time_step
    centre = weighted_sum(masses, moved(positions, velocities, time))
    final = [tuple(map(float, words[2:])) for words in printed_lines(dataset) if words[0] == "body"]
    assert weighted_sum(masses, final) == pytest.approx(centre, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_energies_are_right_in_relation_to_their_size(dataset: str) -> None:
    """Some are so small that the absolute tolerance of the program lets most digits pass."""
    energies = [float(words[-1]) for words in printed_lines(dataset) if words[0] == "energy"]
    assert energies == pytest.approx(expected_energies(dataset), rel=1e-9, abs=0)
    assert energies[0] == pytest.approx(energies[1], rel=1e-5, abs=0)  # leapfrog does not drift

"""Initial conditions of bodies under gravity: a solar system, a planetary ring, a figure of eight.

The first line is `bodies steps time_step`, each further one a body: its mass times the constant of
gravity, its position, its velocity. Nine decimals are well inside what differences between the
sine functions of C libraries could disturb.
"""

import math

from generator_kit import Xorshift, save_dataset

Body = tuple[float, ...]

# Mass in suns, semi-major axis in astronomical units, eccentricity, inclination in degrees.
PLANETS = (
    (1.66e-7, 0.387, 0.206, 7.0),
    (2.45e-6, 0.723, 0.007, 3.4),
    (3.04e-6, 1.000, 0.017, 0.0),
    (3.23e-7, 1.524, 0.093, 1.8),
    (9.55e-4, 5.203, 0.048, 1.3),
    (2.86e-4, 9.537, 0.054, 2.5),
    (4.37e-5, 19.19, 0.047, 0.8),
    (5.15e-5, 30.07, 0.009, 1.8),
)
RING_BODIES = 64
# Three equal masses can chase each other along a figure of eight (Chenciner, Montgomery 2000).
EIGHT_POSITION = (0.97000436, -0.24308753)
EIGHT_VELOCITY = (-0.93240737, -0.86473146)


def planets() -> list[Body]:
    """Each planet starts at perihelion; the sun's velocity makes the total momentum zero."""
    around = []
    for number, (mass, axis, eccentricity, inclination) in enumerate(PLANETS):
        distance = axis * (1 - eccentricity)
        speed = math.sqrt((1 + mass) * (1 + eccentricity) / distance)
        around.append(orbiting(mass, distance, speed, 2.4 * number, math.radians(inclination)))
    sun_velocity = [-sum(body[0] * body[axis] for body in around) for axis in (4, 5, 6)]
    return [(1.0, 0.0, 0.0, 0.0, *sun_velocity), *around]


def orbiting(mass: float, distance: float, speed: float, angle: float, tilt: float) -> Body:
    cosine, sine = math.cos(angle), math.sin(angle)
    position = (distance * cosine, distance * sine, 0.0)
    flat_speed, rising_speed = speed * math.cos(tilt), speed * math.sin(tilt)
    velocity = (-flat_speed * sine, flat_speed * cosine, rising_speed)
    return (mass, *position, *velocity)


def ring() -> list[Body]:
    """Light bodies around a heavy one: a ring this light is stable (Maxwell 1859)."""
    random = Xorshift(seed=501)
    bodies: list[Body] = [(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)]
    for number in range(RING_BODIES):
        distance = 1 + random.between(-1000, 1000) / 1e6
        angle, tilt = 2 * math.pi * number / RING_BODIES, random.between(-1000, 1000) / 1e5
        bodies.append(orbiting(1e-6, distance, math.sqrt(1 / distance), angle, tilt))
    return bodies


def figure_of_eight() -> list[Body]:
    (x, y), (u, v) = EIGHT_POSITION, EIGHT_VELOCITY
    return [
        (1.0, x, y, 0.0, -u / 2, -v / 2, 0.0),
        (1.0, -x, -y, 0.0, -u / 2, -v / 2, 0.0),
        (1.0, 0.0, 0.0, 0.0, u, v, 0.0),
    ]


def save(alias: str, bodies: list[Body], *, steps: int, time_step: str) -> None:
    lines = [f"{len(bodies)} {steps} {time_step}\n"]
    # Adding zero turns a negative zero into a plain one.
    lines += [" ".join(f"{value + 0.0:.9f}" for value in body) + "\n" for body in bodies]
    save_dataset(alias, "bodies.txt", "".join(lines))


if __name__ == "__main__":
    save("bodies-planets", planets(), steps=10_000, time_step="0.01")
    save("bodies-ring", ring(), steps=200, time_step="0.01")
    save("bodies-eight", figure_of_eight(), steps=50_000, time_step="0.002")

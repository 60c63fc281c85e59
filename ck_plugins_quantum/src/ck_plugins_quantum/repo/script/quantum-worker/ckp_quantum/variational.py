"""What variational programs share, yours as well: a circuit as text, and optimisers that live with
shot noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Angles = Any
"""An array of NumPy's."""
Cost = Callable[[Angles], float]


def program(qubits: int, steps: Iterable[str]) -> str:
    """OpenQASM 2 that measures everything."""
    head = ["OPENQASM 2.0", 'include "qelib1.inc"', f"qreg q[{qubits}]", f"creg c[{qubits}]"]
    return ";\n".join([*head, *steps, "measure q -> c"]) + ";\n"


def minimised(
    cost: Cost, start: Angles, optimizer: str, iterations: int, random: np.random.Generator
) -> Angles:
    """Parameters near a minimum; ``iterations`` bounds the evaluations, about."""
    if optimizer == "spsa":
        return spsa(cost, start, iterations, random)
    if optimizer == "rotosolve":
        return rotosolve(cost, start, iterations)
    if optimizer in ("cobyla", "nelder-mead", "powell"):
        from scipy.optimize import minimize  # noqa: PLC0415  # heavy, and not always there

        options = {"maxfev": iterations} if optimizer != "cobyla" else {"maxiter": iterations}
        found = minimize(cost, start, method=optimizer, options=options)
        return np.asarray(found.x)
    raise ValueError(
        f"the optimiser is spsa, rotosolve, cobyla, nelder-mead or powell, not {optimizer!r}"
    )


def spsa(cost: Cost, start: Angles, iterations: int, random: np.random.Generator) -> Angles:
    """Two evaluations a step, whatever the number of parameters.

    Source: J. C. Spall, Implementation of the simultaneous perturbation algorithm for stochastic
    optimization, 1998; its exponents, and first steps of about 0.3 radians.
    """

    def slope(here: Angles, width: float) -> tuple[float, Angles]:
        sides = random.choice([-1.0, 1.0], len(here))
        return (cost(here + width * sides) - cost(here - width * sides)) / (2 * width), sides

    pairs = max(1, iterations // 2)
    looks = min(5, pairs // 4)  # one slope alone may be next to nothing
    usual = np.mean([abs(slope(start, 0.2)[0]) for _ in range(looks)]) if looks else 1.0
    here, steps = start.copy(), pairs - looks
    size = 0.3 * (1 + 0.1 * steps) ** 0.602 / max(float(usual), 1e-3)
    for step in range(steps):
        steep, sides = slope(here, 0.2 / (step + 1) ** 0.101)
        move = size / (step + 1 + 0.1 * steps) ** 0.602 * steep
        here = here - np.clip(move, -0.5, 0.5) * sides
    return here


def rotosolve(cost: Cost, start: Angles, iterations: int) -> Angles:
    """Each angle to its minimum in turn, for gates whose cost is a sine of each angle.

    Source: M. Ostaszewski and others, Structure optimization for parameterized quantum circuits,
    Quantum 5 (2021), 391.
    """
    here = start.copy()
    for turn in range(max(1, iterations // 3)):
        place = turn % len(here)
        values = []
        for shift in (0.0, np.pi / 2, -np.pi / 2):
            moved = here.copy()
            moved[place] = shift
            values.append(cost(moved))
        zero, plus, minus = values
        angle = -np.pi / 2 - np.arctan2(2 * zero - plus - minus, plus - minus)
        here[place] = (angle + np.pi) % (2 * np.pi) - np.pi
    return here

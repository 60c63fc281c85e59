"""The energy of molecular hydrogen at 0.735 angstroms, in hartrees, on two qubits.

Hamiltonian: STO-3G, parity mapping with two qubits tapered. Source: the textbook of Qiskit
("Simulating molecules using VQE"); A. Kandala and others, Nature 549 (2017), 242-246, do the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ckp_quantum.variational import minimised, program

CONSTANT, Z0, Z1, ZZ, XX = (
    -1.052373245772859,
    0.39793742484318045,
    -0.39793742484318045,
    -0.01128010425623538,
    0.18093119978423156,
)
NUCLEI = 0.7199689944489797
"""Repulsion of the two nuclei."""
ANSATZES = {"ry": 4, "ucc": 1}
"""And how many parameters each has."""


def h2_exact() -> float:
    """The least eigenvalue of the matrix."""
    one, x, z = np.eye(2), np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    terms = [(CONSTANT, one, one), (Z0, one, z), (Z1, z, one), (ZZ, z, z), (XX, x, x)]
    matrix = sum(weight * np.kron(second, first) for weight, second, first in terms)
    return float(np.linalg.eigvalsh(matrix)[0] + NUCLEI)


def h2(
    machine: Any, seed: int, ansatz: str = "ry", optimizer: str = "spsa", iterations: int = 120
) -> dict[str, Any]:
    """The variational eigensolver; the last energy is measured anew, with its error bar."""
    if ansatz not in ANSATZES:
        raise ValueError(f"the ansatz is {' or '.join(ANSATZES)}, not {ansatz!r}")
    random = np.random.default_rng(seed)
    start = random.uniform(-0.3, 0.3, ANSATZES[ansatz])
    found = minimised(
        lambda angles: energy(machine, ansatz, angles)[0], start, optimizer, iterations, random
    )
    value, bar = energy(machine, ansatz, found)
    return {"energy": value, "energy_error_bar": bar, "angles": [float(one) for one in found]}


def energy(machine: Any, ansatz: str, angles: Sequence[float]) -> tuple[float, float]:
    """Of two circuits, measured along Z and along X; and its standard error from their shots."""
    steps = prepared(ansatz, angles)
    along_x = [*steps, "h q[0]", "h q[1]"]
    in_z, in_x = machine.counts([program(2, steps), program(2, along_x)])
    weights = {word: of_z(word) for word in ("00", "01", "10", "11")}
    z, z_error = mean(in_z, weights)
    x, x_error = mean(in_x, {word: XX * parity(word) for word in weights})
    return CONSTANT + NUCLEI + z + x, float(np.hypot(z_error, x_error))


def prepared(ansatz: str, angles: Sequence[float]) -> list[str]:
    """``ry`` knows nothing of chemistry; ``ucc`` turns from Hartree and Fock's state alone."""
    if ansatz == "ry":
        a, b, c, d = map(float, angles)
        return [
            f"ry({a!r}) q[0]",
            f"ry({b!r}) q[1]",
            "cx q[0],q[1]",
            f"ry({c!r}) q[0]",
            f"ry({d!r}) q[1]",
        ]
    (turn,) = map(float, angles)
    return ["x q[0]", f"ry({turn!r}) q[1]", "cx q[1],q[0]"]


def of_z(word: str) -> float:
    first, second = (1 - 2 * int(bit) for bit in reversed(word))
    return Z0 * first + Z1 * second + ZZ * first * second


def parity(word: str) -> int:
    return 1 - 2 * (word.count("1") % 2)


def mean(counts: dict[str, int], weights: dict[str, float]) -> tuple[float, float]:
    """And its standard error."""
    shots = sum(counts.values())
    first = sum(weights[word] * count for word, count in counts.items()) / shots
    second = sum(weights[word] ** 2 * count for word, count in counts.items()) / shots
    return first, float(np.sqrt(max(0.0, second - first**2) / shots))

"""The exact distribution of a circuit's outcomes, in NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ckp_quantum.circuit import Circuit, Gate
from ckp_quantum.gates import GATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_QUBITS = 20
MOST_OUTCOMES = 1 << 16
_NEXT_TO_NOTHING = 1e-12


def ideal_of(circuit: Circuit) -> dict[str, float] | None:
    """Complexity: O(gates * 2 ** qubits); None where there are too many of them."""
    if circuit.qubits > MOST_QUBITS:
        return None
    state = np.zeros((2,) * circuit.qubits, complex)
    state[(0,) * circuit.qubits] = 1
    for gate in circuit.gates:
        state = applied(state, gate)
    return distribution(np.abs(state) ** 2, circuit.measured, circuit.bits)


def applied(state: NDArray[Any], gate: Gate) -> NDArray[Any]:
    """One axis for each qubit, in their order."""
    count = len(gate.qubits)
    matrix = GATES[gate.name][2](*gate.angles).reshape((2,) * (2 * count))
    moved = np.tensordot(matrix, state, axes=(range(count, 2 * count), gate.qubits))
    return np.moveaxis(moved, range(count), gate.qubits)


def distribution(
    chances: NDArray[Any], measured: tuple[tuple[int, int], ...], bits: int
) -> dict[str, float] | None:
    """By outcome; None where too many are possible.

    Args:
        chances: one axis for each qubit, in their order.
        measured: which qubit goes into which bit; the later of two for one bit counts.
    """
    qubit_of = {bit: qubit for qubit, bit in measured}
    order = sorted(qubit_of, reverse=True)
    kept = [qubit_of[bit] for bit in order]
    if len(set(kept)) < len(kept):  # one qubit in two bits
        return None
    others = tuple(one for one in range(chances.ndim) if one not in kept)
    left = [one for one in range(chances.ndim) if one in kept]
    marginal = chances.sum(axis=others).transpose([left.index(one) for one in kept])
    flat = marginal.reshape(-1)
    possible = np.flatnonzero(flat > _NEXT_TO_NOTHING)
    if len(possible) > MOST_OUTCOMES:
        return None
    return {_word(int(one), order, bits): float(flat[one]) for one in possible}


def _word(number: int, order: list[int], bits: int) -> str:
    digits = ["0"] * bits
    for place, bit in enumerate(reversed(order)):
        digits[bits - 1 - bit] = str(number >> place & 1)
    return "".join(digits)

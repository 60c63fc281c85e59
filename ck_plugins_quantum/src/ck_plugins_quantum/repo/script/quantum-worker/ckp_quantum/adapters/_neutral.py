"""Devices that take the neutral circuit itself: it is read, counted and simulated here."""

from __future__ import annotations

from ckp_quantum.adapter import Facts
from ckp_quantum.circuit import Circuit
from ckp_quantum.statevector import MOST_QUBITS, ideal_of


def facts(circuit: Circuit) -> Facts:
    return Facts(
        qubits=circuit.qubits,
        depth=circuit.depth,
        gates=len(circuit.gates),
        two_qubit_gates=circuit.two_qubit_gates,
    )


def ideal(circuit: Circuit) -> dict[str, float] | str:
    found = ideal_of(circuit)
    if found is None:
        return f"more than {MOST_QUBITS} qubits, or too many outcomes are possible"
    return found

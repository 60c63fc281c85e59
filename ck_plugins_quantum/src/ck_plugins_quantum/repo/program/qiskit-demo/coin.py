"""A coin that is fair by nature."""

from __future__ import annotations

from qiskit import QuantumCircuit


def quantum_coin_flip() -> QuantumCircuit:
    coin = QuantumCircuit(1, 1)
    coin.h(0)
    coin.measure(0, 0)
    return coin


def entangled_coins() -> QuantumCircuit:
    """Two that always fall alike."""
    coins = QuantumCircuit(2, 2)
    coins.h(0)
    coins.cx(0, 1)
    coins.measure([0, 1], [0, 1])
    return coins


def entangled_coins_success() -> list[str]:
    return ["00", "11"]

"""A circuit that belongs to no SDK: gates, then measurements."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """``name`` is OpenQASM's; angles in radians."""

    name: str
    qubits: tuple[int, ...]
    angles: tuple[float, ...] = ()


@dataclass(frozen=True)
class Circuit:
    """Attributes:
    qubits, bits: how many there are.
    measured: which qubit goes into which bit, at the end.
    """

    qubits: int
    bits: int
    gates: tuple[Gate, ...]
    measured: tuple[tuple[int, int], ...]

    @property
    def depth(self) -> int:
        """Longest chain of gates and measurements, as Qiskit counts."""
        steps = [gate.qubits for gate in self.gates] + [(qubit,) for qubit, _ in self.measured]
        return depth_of(steps)

    @property
    def two_qubit_gates(self) -> int:
        return sum(len(gate.qubits) == 2 for gate in self.gates)


def depth_of(steps: Iterable[Iterable[Hashable]]) -> int:
    """Each step is the qubits that it is on, of any kind. Complexity: O(steps)."""
    at: dict[Hashable, int] = {}
    for qubits in map(tuple, steps):
        level = 1 + max((at.get(one, 0) for one in qubits), default=0)
        at.update(dict.fromkeys(qubits, level))
    return max(at.values(), default=0)


def outcome(values: Iterable[int]) -> str:
    """Bits from the first to the last become a word that the last begins, as Qiskit writes it."""
    return "".join(map(str, values))[::-1]


def counted(
    samples: Iterable[tuple[int, ...]], circuit_bits: int, bits: list[int]
) -> dict[str, int]:
    """Outcomes of samples, whose entries belong to ``bits``; what was not measured is 0."""
    found: dict[str, int] = {}
    for sample in samples:
        row = [0] * circuit_bits
        for bit, value in zip(bits, sample, strict=True):
            row[bit] = value
        word = outcome(row)
        found[word] = found.get(word, 0) + 1
    return found

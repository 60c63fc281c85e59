"""Cirq's simulator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ckp_quantum.adapter import Device, Facts, Options, refuse
from ckp_quantum.circuit import Circuit, counted, depth_of
from ckp_quantum.failure import Failure
from ckp_quantum.gates import GATES
from ckp_quantum.importing import sdk
from ckp_quantum.qasm import read_qasm
from ckp_quantum.statevector import MOST_QUBITS, distribution

_LEVELS = ("default", "0", "1", "2")
_AT_ONCE = 100_000
"""Shots: their samples take a byte for each bit."""
_OWN = {
    "h": "H", "x": "X", "y": "Y", "z": "Z", "s": "S", "t": "T", "id": "I",
    "cx": "CNOT", "cz": "CZ", "swap": "SWAP", "ccx": "CCNOT", "cswap": "CSWAP",
}  # fmt: skip
_ROTATIONS = ("rx", "ry", "rz")


def load(options: Options) -> Device:
    refuse(options, "Cirq", level=_LEVELS, layout=("default",), routing=("default",))
    if options.detail:
        raise Failure(f"there is no backend {options.backend!r}", "Cirq has only: cirq")
    cirq = sdk("cirq")
    return Device(
        sdk="cirq",
        version=cirq.__version__,
        is_own=lambda one: isinstance(one, cirq.AbstractCircuit),
        read=lambda text: circuit_of(cirq, read_qasm(text)),
        width=lambda circuit: len(circuit.all_qubits()),
        measures=lambda circuit: len(_bits(cirq, circuit)),
        compile=lambda circuits: [_compiled(cirq, one, options.level) for one in circuits],
        run=lambda circuits, shots, seed: _run(cirq, circuits, shots, seed),
        facts=lambda circuit: _facts(cirq, circuit),
        ideal=lambda circuit: _ideal(cirq, circuit),
        text=repr,
    )


def circuit_of(cirq: Any, neutral: Circuit) -> Any:
    """Each bit is a measurement of its own, whose key is its number."""
    qubits = cirq.LineQubit.range(neutral.qubits)
    steps = [_operation(cirq, one, qubits) for one in neutral.gates]
    ends = [cirq.measure(qubits[qubit], key=f"{bit:06}") for qubit, bit in neutral.measured]
    return cirq.Circuit([*steps, *ends])


def _operation(cirq: Any, gate: Any, qubits: Sequence[Any]) -> Any:
    on = [qubits[one] for one in gate.qubits]
    if gate.name in _OWN:
        return getattr(cirq, _OWN[gate.name])(*on)
    if gate.name in _ROTATIONS:
        return getattr(cirq, gate.name)(*gate.angles)(*on)
    return cirq.MatrixGate(GATES[gate.name][2](*gate.angles), name=gate.name)(*on)


def _compiled(cirq: Any, circuit: Any, level: str) -> Any:
    """1 (the usual one) merges gates of one qubit, 2 makes everything of CZ and such."""
    if level == "0":
        return circuit
    if level in ("default", "1"):
        return cirq.merge_single_qubit_gates_to_phxz(circuit)
    return cirq.optimize_for_target_gateset(circuit, gateset=cirq.CZTargetGateset())


def _run(cirq: Any, circuits: Sequence[Any], shots: int, seed: int) -> list[dict[str, int]]:
    simulator = cirq.Simulator(seed=seed)
    return [_counts(cirq, simulator, one, shots) for one in circuits]


def _counts(cirq: Any, simulator: Any, circuit: Any, shots: int) -> dict[str, int]:
    keys = sorted(cirq.measurement_key_names(circuit))
    found: dict[str, int] = {}
    while shots > 0:
        part = min(shots, _AT_ONCE)
        measured = simulator.run(circuit, repetitions=part).measurements
        rows = np.concatenate([measured[key] for key in keys], axis=1)
        values, counts = np.unique(rows, axis=0, return_counts=True)
        for row, count in zip(values, counts, strict=True):
            (word,) = counted([tuple(map(int, row))], len(row), [*range(len(row))])
            found[word] = found.get(word, 0) + int(count)
        shots -= part
    return found


def _bits(cirq: Any, circuit: Any) -> dict[Any, int]:
    """Qubit to bit, in the order of the keys' names."""
    measured = [one for one in circuit.all_operations() if cirq.is_measurement(one)]
    measured.sort(key=cirq.measurement_key_name)
    qubits = [qubit for one in measured for qubit in one.qubits]
    return {qubit: place for place, qubit in enumerate(qubits)}


def _facts(cirq: Any, circuit: Any) -> Facts:
    steps = list(circuit.all_operations())
    gates = [one for one in steps if not cirq.is_measurement(one)]
    return Facts(
        qubits=len(circuit.all_qubits()),
        depth=depth_of(one.qubits for one in steps),
        gates=len(gates),
        two_qubit_gates=sum(len(one.qubits) == 2 for one in gates),
    )


def _ideal(cirq: Any, circuit: Any) -> dict[str, float] | str:
    if len(circuit.all_qubits()) > MOST_QUBITS:
        return f"more than {MOST_QUBITS} qubits"
    if not circuit.are_all_measurements_terminal():
        return "it goes on behind a measurement"
    if not all(_is_plain(cirq, one) for one in circuit.all_operations()):
        return "a measurement turns or confuses its bits"
    bits, order = _bits(cirq, circuit), sorted(circuit.all_qubits())
    bare = _without(cirq, circuit)
    state = cirq.final_state_vector(bare, qubit_order=order, dtype=np.complex128)
    chances = (np.abs(state) ** 2).reshape((2,) * len(order))
    pairs = tuple((order.index(qubit), bit) for qubit, bit in bits.items())
    found = distribution(chances, pairs, len(bits))
    return "too many outcomes are possible" if found is None else found


def _is_plain(cirq: Any, operation: Any) -> bool:
    """Whatever is no measurement, and a measurement of qubits as they are."""
    gate = operation.gate
    if not cirq.is_measurement(operation):
        return True
    is_usual = isinstance(gate, cirq.MeasurementGate)
    return is_usual and not any(gate.invert_mask) and not gate.confusion_map


def _without(cirq: Any, circuit: Any) -> Any:
    return cirq.Circuit(one for one in circuit.all_operations() if not cirq.is_measurement(one))

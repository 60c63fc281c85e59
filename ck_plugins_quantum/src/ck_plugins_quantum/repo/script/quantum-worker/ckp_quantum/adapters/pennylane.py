"""Devices of PennyLane: ``pennylane:default.qubit`` and others that simulate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ckp_quantum.adapter import Device, Facts, Options, refuse
from ckp_quantum.adapters import _neutral
from ckp_quantum.circuit import Circuit, counted, depth_of
from ckp_quantum.failure import Failure
from ckp_quantum.gates import GATES
from ckp_quantum.importing import sdk
from ckp_quantum.qasm import read_qasm

USUAL = "default.qubit"
_OWN = {
    "h": "Hadamard", "x": "PauliX", "y": "PauliY", "z": "PauliZ", "s": "S", "t": "T", "sx": "SX",
    "rx": "RX", "ry": "RY", "rz": "RZ", "p": "PhaseShift", "u1": "PhaseShift", "cx": "CNOT",
    "cy": "CY", "cz": "CZ", "ch": "CH", "cp": "ControlledPhaseShift", "cu1": "ControlledPhaseShift",
    "crx": "CRX", "cry": "CRY", "crz": "CRZ", "swap": "SWAP", "ccx": "Toffoli", "cswap": "CSWAP",
}  # fmt: skip


def load(options: Options) -> Device:
    refuse(options, "PennyLane", level=("default", "0"), layout=("default",), routing=("default",))
    qml = sdk("pennylane")
    name = options.detail or USUAL
    _check_device(qml, name)
    return Device(
        sdk="pennylane",
        version=qml.__version__,
        is_own=lambda one: isinstance(one, (qml.tape.QuantumScript, Circuit)),
        read=read_qasm,
        width=lambda one: one.qubits if isinstance(one, Circuit) else len(one.wires),
        measures=_measures,
        compile=lambda circuits: [_tape(qml, one) for one in circuits],
        run=lambda tapes, shots, seed: _run(qml, name, tapes, shots, seed),
        facts=_facts,
        ideal=lambda one: _neutral.ideal(one) if isinstance(one, Circuit) else _ideal(qml, one),
        text=lambda one: (
            repr(one) if isinstance(one, Circuit) else f"{one.operations}{one.measurements}"
        ),
    )


def _check_device(qml: Any, name: str) -> None:
    try:
        qml.device(name, wires=1)
    except Exception as error:  # noqa: BLE001  # DeviceError, or what a device's own package raises
        raise Failure(
            f"PennyLane has no device {name!r} here: {error}",
            "pennylane:default.qubit and pennylane:lightning.qubit come with it",
        ) from None


def _measures(one: Any) -> int:
    if isinstance(one, Circuit):
        return len({bit for _, bit in one.measured})
    return len(_wires(one))


def _wires(tape: Any) -> list[Any]:
    """Those whose samples are asked for, in their order; all where it says no one.

    Raises:
        Failure: something else is asked for.
    """
    if not tape.measurements:
        return []
    first, *others = tape.measurements
    if others or first.obs is not None:
        raise Failure(
            "the tape asks for more than the outcomes of wires", "end it with qml.counts(wires=...)"
        )
    return list(first.wires or tape.wires)


def _tape(qml: Any, one: Any) -> Any:
    """With samples as its only measurement; bits as columns."""
    if not isinstance(one, Circuit):
        return qml.tape.QuantumScript(one.operations, [qml.sample(wires=_wires(one))])
    steps = [_operation(qml, gate) for gate in one.gates]
    qubits = [qubit for qubit, _ in one.measured]
    tape = qml.tape.QuantumScript(steps, [qml.sample(wires=qubits)])
    tape.ckp = one
    return tape


def _operation(qml: Any, gate: Any) -> Any:
    if gate.name in _OWN:
        return getattr(qml, _OWN[gate.name])(*gate.angles, wires=list(gate.qubits))
    return qml.QubitUnitary(GATES[gate.name][2](*gate.angles), wires=list(gate.qubits))


def _run(qml: Any, name: str, tapes: Sequence[Any], shots: int, seed: int) -> list[dict[str, int]]:
    return [_counts(qml, name, tape, shots, seed + place) for place, tape in enumerate(tapes)]


def _counts(qml: Any, name: str, tape: Any, shots: int, seed: int) -> dict[str, int]:
    neutral = getattr(tape, "ckp", None)
    wires = list(range(neutral.qubits)) if neutral else list(tape.wires)
    device = qml.device(name, wires=wires, seed=seed)
    asked = qml.tape.QuantumScript(tape.operations, tape.measurements, shots=shots)
    (samples,) = qml.execute([asked], device)
    rows, counts = np.unique(np.asarray(samples).reshape(shots, -1), axis=0, return_counts=True)
    bits = [bit for _, bit in neutral.measured] if neutral else [*range(rows.shape[1])][::-1]
    size = neutral.bits if neutral else rows.shape[1]
    found: dict[str, int] = {}
    for row, count in zip(rows, counts, strict=True):
        (word,) = counted([tuple(map(int, row))], size, bits)
        found[word] = found.get(word, 0) + int(count)
    return found


def _facts(tape: Any) -> Facts:
    if neutral := getattr(tape, "ckp", None):
        return _neutral.facts(neutral)
    on = [tuple(one.wires) for one in tape.operations]
    ends = [(wire,) for wire in _wires(tape)]
    return Facts(len(tape.wires), depth_of([*on, *ends]), len(on), sum(len(one) == 2 for one in on))


def _ideal(qml: Any, tape: Any) -> dict[str, float]:
    """As PennyLane writes outcomes: the first wire first."""
    asked = qml.tape.QuantumScript(tape.operations, [qml.probs(wires=_wires(tape))])
    (chances,) = qml.execute([asked], qml.device(USUAL, wires=tape.wires))
    width = len(_wires(tape))
    return {f"{place:0{width}b}": float(one) for place, one in enumerate(chances) if one > 1e-12}

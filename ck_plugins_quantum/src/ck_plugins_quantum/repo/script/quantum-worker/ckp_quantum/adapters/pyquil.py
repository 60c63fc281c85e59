"""PyQuil's PyQVM: simulates without noise and without a server."""

from __future__ import annotations

from typing import Any

import numpy as np

from ckp_quantum.adapter import Device, Options, refuse
from ckp_quantum.adapters import _neutral
from ckp_quantum.circuit import Circuit, counted
from ckp_quantum.failure import Failure
from ckp_quantum.gates import GATES
from ckp_quantum.importing import sdk
from ckp_quantum.qasm import read_qasm

_OWN = {
    "id": "I", "h": "H", "x": "X", "y": "Y", "z": "Z", "s": "S", "t": "T", "rx": "RX", "ry": "RY",
    "rz": "RZ", "p": "PHASE", "u1": "PHASE", "cx": "CNOT", "cz": "CZ", "cp": "CPHASE",
    "cu1": "CPHASE", "swap": "SWAP", "ccx": "CCNOT", "cswap": "CSWAP",
}  # fmt: skip
_NAME = "ro"


def load(options: Options) -> Device:
    refuse(options, "PyQuil", level=("default", "0"), layout=("default",), routing=("default",))
    if options.detail not in ("", "pyqvm"):
        raise Failure(f"there is no backend {options.backend!r}", "without a QVM server: pyquil")
    pyquil = sdk("pyquil")
    quil = sdk("pyquil.quil")
    return Device(
        sdk="pyquil",
        version=_version(pyquil),
        is_own=lambda one: isinstance(one, (quil.Program, Circuit)),
        read=read_qasm,
        width=lambda one: one.qubits if isinstance(one, Circuit) else len(one.get_qubits()),
        measures=_measures,
        compile=lambda circuits: [_Ready(pyquil, one) for one in circuits],
        run=lambda ready, shots, seed: [one.counts(shots, seed + n) for n, one in enumerate(ready)],
        facts=lambda ready: ready.facts,
        ideal=lambda one: _neutral.ideal(one) if isinstance(one, Circuit) else "it is Quil",
        text=lambda one: repr(one) if isinstance(one, Circuit) else one.out(),
    )


def _version(pyquil: Any) -> str:
    return str(getattr(pyquil, "__version__", "")) or str(
        sdk("importlib.metadata").version("pyquil")
    )


def _measures(one: Any) -> int:
    if isinstance(one, Circuit):
        return len({bit for _, bit in one.measured})
    if found := sum(type(step).__name__ == "Measurement" for step in one.instructions):
        _check_register(one)
    return found


def _check_register(program: Any) -> None:
    if _NAME not in program.declarations:
        raise Failure(
            f"the program has no register {_NAME!r} to measure into",
            f"program.declare({_NAME!r}, 'BIT', how many)",
        )


class _Ready:
    """A program; of a neutral circuit its bits are known."""

    def __init__(self, pyquil: Any, given: Any) -> None:
        neutral = given if isinstance(given, Circuit) else None
        self.pyquil = pyquil
        self.program = _program(pyquil, neutral) if neutral else given
        self.bits = [bit for _, bit in neutral.measured] if neutral else []
        self.size = neutral.bits if neutral else 0
        self.width = neutral.qubits if neutral else 1 + max(given.get_qubits(), default=0)
        self.facts = _neutral.facts(neutral or _counted(given))

    def counts(self, shots: int, seed: int) -> dict[str, int]:
        qvm = _qvm(self.width, seed)
        once = self.program.copy().wrap_in_numshots_loop(shots)
        samples = qvm.execute(once).read_memory(region_name=_NAME)
        rows = [tuple(map(int, one)) for one in np.asarray(samples)]
        columns = len(rows[0])
        bits = self.bits or [*range(columns)]
        return counted(rows, self.size or columns, bits)


def _qvm(width: int, seed: int) -> Any:
    """It keeps matrices of defined gates as Python's objects, which it cannot measure then."""

    class Numbers(sdk("pyquil.pyqvm").PyQVM):  # type: ignore[misc]  # known at run time only
        defined_gates: dict[str, Any]

        def _extract_defined_gates(self) -> None:
            super()._extract_defined_gates()
            found = self.defined_gates.items()
            self.defined_gates = {name: np.asarray(one, complex) for name, one in found}

    return Numbers(n_qubits=width, seed=seed)


def _program(pyquil: Any, neutral: Circuit) -> Any:
    """Its register has a place for each measurement."""
    gates, program = sdk("pyquil.gates"), pyquil.Program()
    register = program.declare(_NAME, "BIT", len(neutral.measured))
    for gate in neutral.gates:
        if gate.name in _OWN:
            program += getattr(gates, _OWN[gate.name])(*gate.angles, *gate.qubits)
        else:
            _define(program, gate)
    for place, (qubit, _) in enumerate(neutral.measured):
        program += gates.MEASURE(qubit, register[place])
    return program


def _define(program: Any, gate: Any) -> None:
    """A gate that Quil does not have, by its matrix."""
    base = sdk("pyquil.quilbase")
    name = "CKP" + "".join(filter(str.isalnum, f"{gate.name}{gate.angles}")).upper()
    if name not in {one.name for one in program.defined_gates}:
        program += base.DefGate(name, GATES[gate.name][2](*gate.angles))
    program += base.Gate(name, [], [sdk("pyquil.quilatom").Qubit(one) for one in gate.qubits])


def _counted(program: Any) -> Circuit:
    """For its facts alone."""
    from ckp_quantum.circuit import Gate  # noqa: PLC0415

    steps = [one for one in program.instructions if type(one).__name__ == "Gate"]
    gates = tuple(Gate(one.name, tuple(q.index for q in one.qubits)) for one in steps)
    return Circuit(len(program.get_qubits()), 0, gates, ())

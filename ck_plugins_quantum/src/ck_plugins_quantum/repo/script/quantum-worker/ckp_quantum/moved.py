"""What was in older versions of Qiskit, and what takes its place."""

from __future__ import annotations

import re

REPLACED = {
    "execute": "run(transpile(circuit, backend)) of a backend; a program here returns its circuit",
    "Aer": "from qiskit_aer import AerSimulator",
    "BasicAer": "from qiskit.providers.basic_provider import BasicSimulator",
    "IBMQ": "from qiskit_ibm_runtime import QiskitRuntimeService",
    "QuantumProgram": "QuantumCircuit, since Qiskit 0.7",
    "aqua": "qiskit-algorithms, qiskit-nature and others",
    "opflow": "qiskit.quantum_info (SparsePauliOp)",
    "algorithms": "the package qiskit-algorithms",
    "ignis": "the package qiskit-experiments",
    "tools": "plain Python; parallel_map is in qiskit.utils",
    "QuantumInstance": "primitives: StatevectorSampler, SamplerV2",
    "Sampler": "SamplerV2, or StatevectorSampler",
    "Estimator": "EstimatorV2, or StatevectorEstimator",
    "pulse": "nothing: Qiskit 2 has no pulses",
    "c_if": "with circuit.if_test((bits, value)):",
    "bind_parameters": "assign_parameters",
    "qasm": "qiskit.qasm2.dumps(circuit)",
    "assemble": "nothing: backends take circuits",
    "u1": "p",
    "u2": "u(pi / 2, phi, lam)",
    "u3": "u",
    "cu1": "cp",
    "cu3": "cu",
    "toffoli": "ccx",
    "cnot": "cx",
    "fredkin": "cswap",
    "iden": "id",
}
_MISSING = (
    re.compile(r"cannot import name '(\w+)' from 'qiskit"),
    re.compile(r"No module named 'qiskit\.(?:providers\.)?(\w+)"),
    re.compile(r"module 'qiskit[\w.]*' has no attribute '(\w+)'"),
    re.compile(r"'(?:QuantumCircuit|InstructionSet)' object has no attribute '(\w+)'"),
    re.compile(r"name '(execute|Aer|BasicAer|IBMQ)' is not defined"),
)


def moved(error: Exception) -> tuple[str, str] | None:
    """The name that is gone, and what to write instead; None where it is something else."""
    text = str(error)
    for pattern in _MISSING:
        found = pattern.search(text)
        if found and (name := _known(found[1])):
            return found[1], REPLACED[name]
    return None


def _known(name: str) -> str:
    """``qiskit.providers.aer`` is meant as well."""
    return next((one for one in REPLACED if name in (one, one.lower())), "")

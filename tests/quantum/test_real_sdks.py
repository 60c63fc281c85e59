"""The SDKs themselves: all of them tell the same of one circuit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scipy.stats import chi2

from quantum.kit import BELL, CIRCUITS, REPOSITORY, Work

pytestmark = pytest.mark.slow
Real = Callable[..., Work]
SDKS = [("qiskit", "2.6.2"), ("qiskit", "1.4.6"), ("cirq", ""), ("pennylane", ""), ("pyquil", "")]
SHOTS = 20_000
UNEVEN = """OPENQASM 2.0;
include "qelib1.inc";
gate turn(a) x0 { ry(a/2) x0; ry(a/2) x0; }
qreg q[3];
creg c[3];
turn(1.1) q[0]; u3(0.7,0.2,0.4) q[1]; u2(0.3,0.9) q[2];
cx q[0],q[1]; cu1(1.3) q[1],q[2]; crz(0.8) q[0],q[2]; h q[2]; sx q[1]; ccx q[0],q[1],q[2];
rzz(0.4) q[0],q[1]; cswap q[2],q[0],q[1]; cy q[0],q[2]; ch q[1],q[2]; tdg q[0]; ry(0.6) q[0];
measure q[0] -> c[2]; measure q[1] -> c[0]; measure q[2] -> c[1];
"""
"""Every outcome has a chance of its own, and bits stand in another order than qubits."""


def same(one: dict[str, int], other: dict[str, int]) -> float:
    """Chance of such differences where both have one distribution (Pearson's chi-square)."""
    words = one.keys() | other.keys()
    total = [sum(one.values()), sum(other.values())]
    value = 0.0
    for word in words:
        seen = [one.get(word, 0), other.get(word, 0)]
        for count, shots in zip(seen, total, strict=True):
            expected = sum(seen) * shots / sum(total)
            value += (count - expected) ** 2 / expected
    return float(chi2.sf(value, len(words) - 1))


def fits(counts: dict[str, int], ideal: dict[str, float]) -> float:
    shots = sum(counts.values())
    assert counts.keys() <= ideal.keys()
    value = sum((counts.get(w, 0) - shots * p) ** 2 / (shots * p) for w, p in ideal.items())
    return float(chi2.sf(value, len(ideal) - 1))


def test_the_chi_square_test_sees_a_difference() -> None:
    assert same({"0": 5000, "1": 5000}, {"0": 5010, "1": 4990}) > 0.1
    assert same({"0": 5000, "1": 5000}, {"0": 5400, "1": 4600}) < 1e-4


@pytest.mark.parametrize(
    ("name", "shots"), [("cirq", SHOTS), ("pennylane", SHOTS), ("pyquil", 2000)]
)
def test_aer_and_another_sdk_give_one_distribution(real: Real, name: str, shots: int) -> None:
    found = []
    for sdk in ("qiskit", name):
        work = real(sdk)
        work.program(UNEVEN, "uneven.qasm")
        found.append(work.done(CKP_QUANTUM_SHOTS=shots).told("counts"))
    assert len(found[0]["counts"]) == 8
    assert same(found[0]["counts"], found[1]["counts"]) > 1e-3
    assert found[0]["ideal"] == pytest.approx(found[1]["ideal"], abs=1e-9)


@pytest.mark.parametrize(("name", "version"), SDKS)
def test_counts_fit_the_exact_distribution(real: Real, name: str, version: str) -> None:
    work = real(name, version)
    work.program(UNEVEN, "uneven.qasm")
    found = work.done(CKP_QUANTUM_SHOTS=1000 if name == "pyquil" else SHOTS).told("counts")
    assert fits(found["counts"], found["ideal"]) > 1e-3
    told = work.told("timings")
    assert told["version"].startswith(version)
    assert told["depth"] > 0


@pytest.mark.parametrize("key", ["grover", "qft", "phase_estimation", "teleportation"])
@pytest.mark.parametrize(("name", "version"), SDKS)
def test_textbooks_on_every_sdk(real: Real, name: str, version: str, key: str) -> None:
    given: dict[str, Any] = {"CKP_QUANTUM_PROGRAM": CIRCUITS, "CKP_QUANTUM_FUNCTION": key}
    found = real(name, version).done(**given, CKP_QUANTUM_SHOTS=200).told("counts")
    hits = sum(found["counts"].get(word, 0) for word in found["success"])
    assert hits > 170


NATIVE = {
    "qiskit": "from qiskit import QuantumCircuit\n"
    "def circuit():\n    c = QuantumCircuit(2)\n    c.x(0)\n    c.measure_all()\n    return c\n",
    "cirq": "import cirq\n"
    "def circuit():\n    a, b = cirq.LineQubit.range(2)\n"
    "    return cirq.Circuit(cirq.X(a), cirq.I(b), cirq.measure(a, b, key='m'))\n",
    "pennylane": "import pennylane as qml\n"
    "def circuit():\n    return qml.tape.QuantumScript([qml.PauliX(0), qml.Identity(1)], "
    "[qml.counts(wires=[1, 0])])\n",
    "pyquil": "from pyquil import Program\nfrom pyquil.gates import X, I, MEASURE\n"
    "def circuit():\n    p = Program()\n    ro = p.declare('ro', 'BIT', 2)\n"
    "    p += X(0)\n    p += I(1)\n"
    "    p += MEASURE(0, ro[0])\n    p += MEASURE(1, ro[1])\n    return p\n",
}


@pytest.mark.parametrize("name", NATIVE)
def test_a_circuit_of_the_sdk_itself(real: Real, name: str) -> None:
    """The flipped qubit is the last letter; PennyLane's words are in the order of its wires."""
    work = real(name)
    work.program(NATIVE[name])
    found = work.done(CKP_QUANTUM_SHOTS=50).told("counts")
    assert found["counts"] == {"01": 50}
    assert found["ideal"] in (None, pytest.approx({"01": 1.0}))


STRANGE = [
    (
        "qiskit",
        "",
        "from qiskit import QuantumCircuit\n"
        "def circuit():\n    c = QuantumCircuit(1, 2)\n    c.x(0)\n    c.measure(0, 0)\n"
        "    c.measure(0, 1)\n    return c\n",
        {"11": 50},
    ),
    (
        "qiskit",
        "1.4.6",
        "from qiskit import QuantumCircuit\n"
        "def circuit():\n    c = QuantumCircuit(2, 2)\n    c.measure(0, 0)\n"
        "    c.x(1).c_if(0, 1)\n    c.measure(1, 1)\n    return c\n",
        {"00": 50},
    ),
    (
        "cirq",
        "",
        "import cirq\n"
        "def circuit():\n    q = cirq.LineQubit(0)\n"
        "    return cirq.Circuit(cirq.X(q), cirq.measure(q, invert_mask=(True,)))\n",
        {"0": 50},
    ),
]


@pytest.mark.parametrize(("name", "version", "text", "counts"), STRANGE)
def test_an_ideal_that_would_be_wrong_is_none(
    real: Real, name: str, version: str, text: str, counts: dict[str, int]
) -> None:
    """Measured twice, on a condition, inverted: the state vector alone does not tell."""
    work = real(name, version)
    work.program(text)
    found = work.done(CKP_QUANTUM_SHOTS=50).told("counts")
    assert found["counts"] == counts
    assert found["ideal"] is None
    assert "measurement" in found["ideal_reason"]


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        (
            "pennylane",
            "import pennylane as qml\n"
            "def circuit():\n    return qml.tape.QuantumScript("
            "[qml.Hadamard(0)], [qml.expval(qml.PauliX(0))])\n",
            "end it with qml.counts",
        ),
        (
            "pyquil",
            "from pyquil import Program\nfrom pyquil.gates import X, MEASURE\n"
            "def circuit():\n    p = Program()\n    mine = p.declare('mine', 'BIT', 1)\n"
            "    p += X(0)\n    p += MEASURE(0, mine[0])\n    return p\n",
            "no register 'ro'",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(real: Real, name: str, text: str, answer: str) -> None:
    work = real(name)
    work.program(text)
    assert answer in work.refused()


@pytest.mark.parametrize("version", ["2.6.2", "1.4.6"])
def test_noise_of_a_machine(real: Real, version: str) -> None:
    work = real("qiskit", version)
    work.program(BELL, "bell.qasm")
    for backend in ("fake:manila", "aer:noise=fake_manila"):
        counts = work.done(CKP_QUANTUM_BACKEND=backend, CKP_QUANTUM_SHOTS=4000).told("counts")
        wrong = counts["counts"].get("01", 0) + counts["counts"].get("10", 0)
        assert 0.01 < wrong / 4000 < 0.15


def test_transpiler_settings_are_applied(real: Real) -> None:
    """A far pair must be brought together on a line of qubits, with swaps."""
    work = real("qiskit")
    far = "cx q[0],q[4];cx q[1],q[3];cx q[0],q[2]"
    text = BELL.replace("q[2]", "q[5]").replace("c[2]", "c[5]").replace("cx q[0],q[1]", far)
    work.program(text, "far.qasm")
    given = {"CKP_QUANTUM_BACKEND": "fake:manila", "CKP_QUANTUM_ROUTING": "basic"}
    placed = {"CKP_QUANTUM_LEVEL": "0", "CKP_QUANTUM_LAYOUT": "trivial"}
    naive = work.done(**given, **placed).told("timings")["two_qubit_gates"]
    good = work.done(CKP_QUANTUM_BACKEND="fake:manila", CKP_QUANTUM_LEVEL="3").told("timings")
    assert good["two_qubit_gates"] < naive


def test_a_hundred_qubits_of_clifford_gates(real: Real) -> None:
    given: dict[str, Any] = {"CKP_QUANTUM_PROGRAM": CIRCUITS, "CKP_QUANTUM_FUNCTION": "ghz"}
    found = real("qiskit").done(**given, CKP_ARG_QUBITS=100).told("counts")
    assert found["counts"].keys() == set(found["success"])
    assert found["ideal_reason"] == "more than 20 qubits"


@pytest.mark.parametrize("name", ["qiskit", "cirq", "pennylane", "pyquil"])
def test_too_many_qubits_are_refused_before(real: Real, name: str) -> None:
    given: dict[str, Any] = {"CKP_QUANTUM_PROGRAM": CIRCUITS, "CKP_QUANTUM_FUNCTION": "qft"}
    line = real(name).refused(**given, CKP_ARG_QUBITS=48)
    assert "48 qubits need a state of 2^48 amplitudes" in line


@pytest.mark.parametrize("name", ["qiskit", "cirq", "pennylane", "pyquil"])
def test_wrong_openqasm_is_one_line(real: Real, name: str) -> None:
    work = real(name)
    work.program(BELL.replace("h q[0]", "hadamard q[0]"), "wrong.qasm")
    line = work.refused()
    assert "line 5" in line
    assert "hadamard" in line


@pytest.mark.parametrize("version", ["2.6.2", "1.4.6"])
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("from qiskit import execute, Aer", "use run(transpile(circuit, backend))"),
        ("from qiskit import Aer", "use from qiskit_aer import AerSimulator"),
        ("import qiskit\nqiskit.BasicAer", "BasicSimulator"),
        ("from qiskit.aqua import QuantumInstance", "aqua"),
        ("from qiskit import IBMQ", "QiskitRuntimeService"),
        ("from qiskit import QuantumProgram", "QuantumCircuit, since Qiskit 0.7"),
        ("from qiskit import QuantumCircuit as Q\nQ(1).cnot(0, 0)", "use cx"),
        ("from qiskit import QuantumCircuit as Q\nQ(1).qasm()", "qasm2.dumps"),
    ],
)
def test_scripts_of_old_qiskit(real: Real, version: str, text: str, answer: str) -> None:
    work = real("qiskit", version)
    work.program(f"{text}\ndef circuit(): pass\n")
    assert answer in work.refused()


@pytest.mark.parametrize("name", ["qiskit", "cirq"])
@pytest.mark.parametrize("optimizer", ["spsa", "rotosolve", "cobyla"])
def test_hydrogen(real: Real, name: str, optimizer: str) -> None:
    file = REPOSITORY / "program/quantum-variational/h2.py"
    given: dict[str, Any] = {"CKP_QUANTUM_PROGRAM": file, "CKP_QUANTUM_FUNCTION": "h2"}
    chosen = {"CKP_ARG_ANSATZ": "ucc", "CKP_ARG_OPTIMIZER": optimizer, "CKP_QUANTUM_TRIES": 3}
    found = real(name).done(**given, **chosen).told("solution")
    assert found["exact"] == pytest.approx(-1.137306, abs=1e-6)
    near = [one for one in found["tries"] if abs(one["energy"] - found["exact"]) < 0.05]
    assert len(near) >= 2

"""Bad input of every kind is one line, and nothing is left half-written."""

from __future__ import annotations

import pytest

from quantum.kit import BELL, Work

WRONG = [
    (BELL.replace("h q[0]", "hadamard q[0]"), "line 5", "there is no gate 'hadamard'"),
    (BELL.replace("q[1];\nmeasure", "q[7];\nmeasure"), "line 6", "q has 2, numbered from 0"),
    (BELL.replace("h q[0];", "h q[0]"), "line 5", "wrong"),
    (BELL[:-9], "ends in line 7", "without ';'"),
    (BELL.replace("h q[0]", "rx(pi/0) q[0]"), "line 5", "'pi/0' is no angle"),
    (BELL.replace("h q[0]", "rx(__import__('os')) q[0]"), "line 5", "is no angle"),
    (BELL.replace("cx q[0],q[1]", "cx q[0],q[0]"), "line 6", "stands there twice"),
    (BELL.replace("h q[0]", "h r[0]"), "line 5", "'r[0]' is not declared"),
    (BELL.replace("creg c[2]", "creg c[1]"), "line 7", "2 qubits are measured into 1 bits"),
    ("hello\n", "OPENQASM 2.0", ""),
    ("", "OPENQASM 2.0", ""),
    (BELL.replace("measure q -> c;\n", ""), "the circuit measures nothing", ""),
]


@pytest.mark.parametrize(("text", "where", "what"), WRONG)
def test_a_file_that_is_no_openqasm(worker: Work, text: str, where: str, what: str) -> None:
    worker.program(text, "wrong.qasm")
    line = worker.refused()
    assert where in line
    assert what in line


def test_a_file_that_is_no_text(worker: Work) -> None:
    worker.program("", "wrong.qasm")
    (worker.directory / "wrong.qasm").write_bytes(b"\xff\xfe\x00OPENQASM")
    assert "wrong.qasm is no UTF-8 text" in worker.refused()


def test_more_qubits_than_the_backend_has(worker: Work) -> None:
    worker.program(BELL.replace("q[2]", "q[6]").replace("c[2]", "c[6]"), "wide.qasm")
    line = worker.refused(CKP_QUANTUM_BACKEND="aer:noise=fake_manila")
    assert "the circuit has 6 qubits, and backend aer:noise=fake_manila has 5" in line


def test_more_qubits_than_memory_holds_is_said_before(worker: Work) -> None:
    text = BELL.replace("q[2]", "q[40]").replace("c[2]", "c[40]").replace("h q[0]", "t q[0]")
    worker.program(text, "wide.qasm")
    line = worker.refused(CKP_QUANTUM_MEMORY=16 << 20)
    assert "40 qubits need a state of 2^40 amplitudes, 1.64e+04 GiB; 0.0 GiB are free" in line
    assert "take 20 qubits or fewer" in line


def test_a_billion_qubits_are_not_even_declared(worker: Work) -> None:
    worker.program(BELL.replace("q[2]", "q[1000000000]"), "huge.qasm")
    assert "1000000000 qubits need a state" in worker.refused(CKP_QUANTUM_MEMORY=1 << 30)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("aerr", "there is no backend 'aerr'; did you mean aer?"),
        ("aer:noisy", "there is no backend 'aer:noisy'; aer, or aer:noise=fake_NAME"),
        ("fake:manilla", "there is no fake backend 'manilla'; did you mean fake:manila?"),
        ("fake", "backend fake has no name"),
        ("cirq", "backend cirq is of cirq, and this run has qiskit; add --sdk cirq"),
        ("pennylane:default.qubit", "add --sdk pennylane"),
    ],
)
def test_an_unknown_backend(worker: Work, name: str, answer: str) -> None:
    worker.program(BELL, "bell.qasm")
    assert answer in worker.refused(CKP_QUANTUM_BACKEND=name)


@pytest.mark.parametrize("shots", ["0", "-5", "many", "1000000000", "9" * 100])
def test_shots_that_make_no_sense(worker: Work, shots: str) -> None:
    worker.program(BELL, "bell.qasm")
    line = worker.refused(CKP_QUANTUM_SHOTS=shots)
    assert "CKP_QUANTUM_SHOTS must be a whole number from 1 to 100000000" in line


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("return 7", "the program returns a int, which is no circuit of qiskit"),
        ("pass", "the program returns a NoneType, which is no circuit of qiskit"),
        ("return 1 / 0", "circuit fails: ZeroDivisionError: division by zero"),
        (
            "from qiskit import execute",
            "circuit uses execute, which this version of Qiskit no longer",
        ),
        ("from qiskit import Aer", "use from qiskit_aer import AerSimulator"),
        ("import qiskit.aqua", "circuit uses aqua, which"),
        ("import qiskit\n    qiskit.BasicAer", "BasicSimulator"),
        ("from qiskit import QuantumCircuit as Q\n    Q(1).c_if(1, 1)", "if_test"),
        ("return execute(1)", "a program here returns its circuit"),
    ],
)
def test_a_function_that_returns_no_circuit(worker: Work, body: str, answer: str) -> None:
    worker.program(f"def circuit():\n    {body}\n")
    assert answer in worker.refused()


def test_a_script_of_old_qiskit_fails_where_it_imports(worker: Work) -> None:
    worker.program("from qiskit import QuantumCircuit, execute, Aer\ndef circuit(): pass\n")
    line = worker.refused()
    assert "program.py uses execute" in line or "program.py uses Aer" in line


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("x = 1\n", "has no function 'circuit'"),
        ("def circuit(:\n", "program.py fails: SyntaxError"),
        ("def circuit(machine):\n    return 3\n", "circuit answers a int, no dictionary"),
        ("def circuit(machine):\n    return {'energy': {1}}\n", "solution.json cannot be written"),
        ("def circuit(machine):\n    return {'energy': float('nan')}\n", "cannot be written"),
    ],
)
def test_a_python_file_that_gives_nothing(worker: Work, text: str, answer: str) -> None:
    worker.program(text)
    assert answer in worker.refused()


def test_a_program_that_is_not_there(worker: Work) -> None:
    assert "is no file" in worker.refused(CKP_QUANTUM_PROGRAM="/nowhere/at/all.py")


def test_an_outcome_that_cannot_be(worker: Work) -> None:
    worker.program(BELL, "bell.qasm")
    assert "success is '012'" in worker.refused(CKP_QUANTUM_SUCCESS="00,012")


def test_an_argument_of_another_type(worker: Work) -> None:
    worker.program("def circuit(qubits=3):\n    return ''\n")
    assert "the argument qubits must be a whole number" in worker.refused(CKP_ARG_QUBITS="x")


def test_a_layout_that_the_machine_has_no_map_for(worker: Work) -> None:
    worker.program(BELL, "bell.qasm")
    line = worker.refused(CKP_QUANTUM_LAYOUT="dense")
    assert line.startswith("Qiskit cannot transpile for aer: no map of the machine is known")


def test_an_sdk_that_cannot_be_imported(worker: Work) -> None:
    worker.program(BELL, "bell.qasm")
    line = worker.refused(CKP_QUANTUM_SDK="cirq", CKP_QUANTUM_BACKEND="cirq")
    assert "cirq cannot be imported by" in line
    assert "ckp ls package --tags=quantum,sdk" in line

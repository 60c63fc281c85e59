"""The worker from its variables to its files, with a stand-in for Qiskit."""

from __future__ import annotations

import pytest

from quantum.kit import BELL, CIRCUITS, Work

KEYS = ["bell", "ghz", "teleportation", "deutsch_jozsa", "qft", "phase_estimation"]


def test_a_file_of_openqasm(worker: Work) -> None:
    worker.program(BELL, "bell.qasm")
    worker.done(CKP_QUANTUM_SHOTS=1000)
    counts = worker.told("counts")
    assert counts["counts"].keys() == {"00", "11"}
    assert sum(counts["counts"].values()) == counts["shots"] == 1000
    assert counts["ideal"] == pytest.approx({"00": 0.5, "11": 0.5})
    assert counts["success"] is None
    timings = worker.told("timings")
    assert (timings["sdk"], timings["version"], timings["backend"]) == ("qiskit", "9.9.0", "aer")
    assert (timings["depth"], timings["two_qubit_gates"], timings["gates"]) == (3, 1, 2)
    assert timings["run_ns"] > 0


def test_openqasm_3(worker: Work) -> None:
    text = (
        'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\nbit[2] c;\nx q[1];\nc = measure q;\n'
    )
    worker.program(text, "three.qasm")
    assert worker.done().told("counts")["counts"] == {"10": 1024}


@pytest.mark.parametrize("key", KEYS)
def test_circuits_of_textbooks_do_what_they_are_for(worker: Work, key: str) -> None:
    worker.done(CKP_QUANTUM_PROGRAM=CIRCUITS, CKP_QUANTUM_FUNCTION=key)
    found = worker.told("counts")
    assert set(found["counts"]) <= set(found["success"])


@pytest.mark.parametrize(("qubits", "marked"), [(2, "01"), (3, "110"), (4, "0110"), (5, "10010")])
def test_grover_finds_what_is_marked(worker: Work, qubits: int, marked: str) -> None:
    given = {"CKP_ARG_QUBITS": qubits, "CKP_ARG_MARKED": marked}
    worker.done(CKP_QUANTUM_PROGRAM=CIRCUITS, CKP_QUANTUM_FUNCTION="grover", **given)
    found = worker.told("counts")
    assert found["success"] == [marked]
    assert found["ideal"][marked] > 0.9


def test_arguments_are_those_of_the_function(worker: Work) -> None:
    worker.program(
        "from circuits_of import *\n"
        "def circuit(qubits=1, angle=0.0, name='x'):\n"
        "    assert (qubits, angle, name) == (2, 1.5, 'seven'), (qubits, angle, name)\n"
        "    return BELL\n"
    )
    (worker.directory / "circuits_of.py").write_text(f"BELL = {BELL!r}\n", encoding="utf-8")
    worker.done(CKP_ARG_QUBITS=2, CKP_ARG_ANGLE=1.5, CKP_ARG_NAME="seven", CKP_ARG_OTHER=1)


def test_a_circuit_of_the_sdk_itself(worker: Work) -> None:
    worker.program(
        "from qiskit import QuantumCircuit\n"
        "def circuit():\n"
        "    made = QuantumCircuit(2, 2)\n"
        "    made.h(0)\n    made.cx(0, 1)\n    made.measure(0, 0)\n    made.measure(1, 1)\n"
        "    return made\n"
        "def circuit_success():\n    return ['00']\n"
    )
    found = worker.done().told("counts")
    assert found["ideal"] == pytest.approx({"00": 0.5, "11": 0.5})
    assert found["success"] == ["00"]


def test_a_seed_gives_the_same_counts_and_0_another_one(worker: Work) -> None:
    worker.program(BELL, "bell.qasm")
    once = worker.done(CKP_QUANTUM_SEED=7).told("counts")
    assert worker.done(CKP_QUANTUM_SEED=7).told("counts") == once
    drawn = {worker.done(CKP_QUANTUM_SEED=0).told("counts")["seed"] for _ in range(2)}
    assert len(drawn) == 2
    assert 0 not in drawn


def test_a_solver_is_tried_with_a_seed_each(worker: Work) -> None:
    worker.program(
        f"BELL = {BELL!r}\n"
        "def find(machine, seed, wanted=1):\n"
        "    counts, other = machine.counts([BELL, BELL], shots=50)\n"
        "    return {'energy': -1.0 - wanted, 'seen': sum(counts.values())}\n"
        "def find_exact(wanted=1):\n    return -1.0 - wanted\n",
        function="find",
    )
    worker.done(CKP_QUANTUM_TRIES=3, CKP_QUANTUM_SEED=5, CKP_ARG_WANTED=2)
    found = worker.told("solution")
    assert [one["seed"] for one in found["tries"]] == [5, 6, 7]
    assert {(one["shots"], one["circuits"], one["seen"]) for one in found["tries"]} == {
        (100, 2, 50)
    }
    assert found["exact"] == found["tries"][0]["energy"] == -3
    assert worker.told("timings")["shots"] == 300


def test_the_ideal_distribution_is_computed_once(worker: Work) -> None:
    cache = worker.directory.parent / "cache"
    worker.program(BELL, "bell.qasm")
    worker.done(CKP_CACHE=cache)
    (kept,) = (cache / "ideal").iterdir()
    kept.write_text('{"00": 0.25, "11": 0.75}', encoding="utf-8")
    assert worker.done(CKP_CACHE=cache).told("counts")["ideal"] == {"00": 0.25, "11": 0.75}
    kept.write_text("damaged", encoding="utf-8")
    assert worker.done(CKP_CACHE=cache).told("counts")["ideal"] == pytest.approx(
        {"00": 0.5, "11": 0.5}
    )


def test_a_noisy_backend_by_its_name(worker: Work) -> None:
    worker.program(BELL, "bell.qasm")
    worker.done(CKP_QUANTUM_BACKEND="aer:noise=fake_manila", FAKE_NOISE=0.5)
    assert worker.told("counts")["counts"]["00"] > 700
    assert worker.told("timings")["backend"] == "aer:noise=fake_manila"

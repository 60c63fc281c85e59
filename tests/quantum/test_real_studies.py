"""Sweeps and searches with Qiskit itself: machines ranked by their noise, settings tuned."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quantum.sdks import Sdks

pytestmark = pytest.mark.slow
ONCE = ("--repeat=1", "--warmup=0")
SEARCH = ("--repeat=1", "--finals=2", "--no-reduction", "--seed=1", "--json")


@pytest.fixture
def qiskit(sdks: Sdks) -> Sdks:
    """With Qiskit 2 installed."""
    sdks.variables("qiskit", "2.6.2")
    return sdks


def told(sdks: Sdks, *words: str) -> Any:
    done = sdks.ckp(*words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_machines_are_ranked_by_fidelity_depth_and_time(qiskit: Sdks) -> None:
    """Quito's map is no line: five qubits in a row need a swap there, and it is noisier."""
    swept = ("--circuit=ghz", "--qubits=5", "--shots=2000", "--backend=aer,fake:manila,fake:quito")
    kept = ("--record", "--record-uoa=machines", "--sdk=qiskit@2", *ONCE)
    done = qiskit.ckp("benchmark", "program:quantum-circuits", *swept, *kept)
    assert done.returncode == 0, done.stderr
    points = told(qiskit, "show", "experiment:machines", "--json")
    names = {one["uid"]: one["choices"]["backend"] for one in points}
    metrics = {names[one["uid"]]: one["metrics"] for one in points}
    fidelity = [
        metrics[one]["fidelity_hellinger"]["value"] for one in ("aer", "fake:manila", "fake:quito")
    ]
    assert fidelity == sorted(fidelity, reverse=True)
    assert fidelity[0] > 0.99
    assert fidelity[1] < 0.95
    gates = {one: metrics[one]["two_qubit_gates"]["value"] for one in metrics}
    assert gates["fake:manila"] == 4 < gates["fake:quito"]
    ranked = told(
        qiskit,
        *("pareto", "experiment:machines", "--minimize=depth", "--maximize=fidelity_hellinger"),
        *("--filter", "backend!=aer", "--json"),
    )
    assert [names[one["uid"]] for one in ranked["frontier"]] == ["fake:manila"]


def searched(sdks: Sdks, name: str, *words: str) -> tuple[Any, dict[str, float]]:
    """What a search reports, and its objective at each point that it recorded."""
    found = told(sdks, "autotune", *words, *SEARCH, f"--record-uoa={name}")
    points = told(sdks, "show", f"experiment:{name}", "--json")
    (objective,) = found["objectives"]
    assert (found["failures"], found["interrupted"]) == ({}, False)
    return found, {one["uid"]: one["metrics"][objective]["value"] for one in points}


def test_the_transpiler_is_tuned_for_a_machine(qiskit: Sdks) -> None:
    """What is reported is no worse than anything that was tried, or than no search."""
    given = ("--backend=fake:nairobi", "--qubits=5", "--evaluations=4", "--sdk=qiskit@2")
    words = ("program:quantum-circuits", "--cmd-key=qft", "--objective=two_qubit_gates")
    found, gates = searched(qiskit, "tuned-qft", *words, *given)
    assert 1 <= found["evaluations"] <= 4
    assert all(value >= 10 for value in gates.values())  # ten phases
    assert found["point"] is None or gates[found["point"]] == min(gates.values())


def test_a_variational_program_is_tuned(qiskit: Sdks) -> None:
    """Each candidate is an eigensolver that has found something."""
    varied = ("--tune=choices", "--param", "CKP_ARG_OPTIMIZER=spsa,rotosolve")
    given = ("--iterations=40", "--evaluations=3", "--sdk=qiskit@2")
    words = ("program:quantum-variational", "--cmd-key=vqe-h2", "--objective=energy_error")
    found, errors = searched(qiskit, "tuned-vqe", *words, *varied, *given)
    assert 1 <= found["evaluations"] <= 3
    assert 0 <= min(errors.values()) < 0.15

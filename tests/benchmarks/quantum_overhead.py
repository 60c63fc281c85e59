"""Shots per second of ``ckp run`` against the same circuit run by a bare script.

``python tests/benchmarks/quantum_overhead.py`` with a CKP_HOME that has Qiskit
(``ckp install package --tags=quantum,sdk,qiskit``). Runs take turns; medians are shown.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median

TURNS = 5
CIRCUITS = (("bell", 2, 1_000_000), ("ghz", 16, 2_000_000), ("qft", 16, 1_000_000))
BARE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from circuits import {name}
from qiskit import qasm2, transpile
from qiskit_aer import AerSimulator
text = {name}({arguments})
circuit = qasm2.loads(text, custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
backend = AerSimulator()
ready = transpile(circuit, backend, seed_transpiler=1)
began = time.perf_counter()
backend.run(ready, shots={shots}, seed_simulator=1).result().get_counts()
print(time.perf_counter() - began)
"""


def main() -> None:
    python, place = python_of(), place_of()
    print("circuit    shots     run: bare      ckp          process: bare      ckp")
    for name, qubits, shots in CIRCUITS:
        pairs = [
            (bare(python, place, name, qubits, shots), by_ckp(name, qubits, shots))
            for _ in range(TURNS)
        ]
        show(name, shots, pairs)


def bare(python: str, place: str, name: str, qubits: int, shots: int) -> tuple[float, float]:
    """Seconds on the simulator, and of the whole process."""
    code = BARE.format(name=name, shots=shots, arguments="" if name == "bell" else qubits)
    began = time.perf_counter()
    done = subprocess.run([python, "-c", code, place], capture_output=True, text=True, check=True)
    return float(done.stdout), time.perf_counter() - began


def by_ckp(name: str, qubits: int, shots: int) -> tuple[float, float]:
    sized = [] if name == "bell" else [f"--qubits={qubits}"]
    words = [
        f"--circuit={name}",
        f"--shots={shots}",
        *sized,
        "--sdk=qiskit@2",
        "--repeat=1",
        "--warmup=0",
    ]
    metrics = json.loads(ckp("run", "program:quantum-circuits", *words, "--json"))["metrics"]
    return metrics["run_s"]["value"], metrics["wall_s"]["value"]


def ckp(*words: str) -> str:
    command = [sys.executable, "-m", "ck_core", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def python_of() -> str:
    found = json.loads(ckp("show", "env", "--tags=quantum,sdk,qiskit,v2", "--json"))
    return str(found[-1]["environment"]["CKP_QUANTUM_PYTHON"])


def place_of() -> str:
    from ck_plugins_quantum import repo  # noqa: PLC0415

    return f"{next(iter(repo.__path__))}/program/quantum-circuits"


def show(
    name: str, shots: int, pairs: list[tuple[tuple[float, float], tuple[float, float]]]
) -> None:
    (run, process), (own_run, own_process) = (
        [median(one[side][part] for one in pairs) for part in (0, 1)] for side in (0, 1)
    )
    print(
        f"{name:8}{shots:9}  {shots / run:9.0f}/s{shots / own_run:7.0f}/s{own_run / run - 1:+8.1%}"
        f"  {process:13.2f} s{own_process:7.2f} s{own_process / process - 1:+8.1%}"
    )


if __name__ == "__main__":
    main()

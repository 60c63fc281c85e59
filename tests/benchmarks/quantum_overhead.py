"""What ``ckp run`` costs against the same circuit run by a bare script.

``python tests/benchmarks/quantum_overhead.py`` with a CKP_HOME that has Qiskit
(``ckp install package --tags=quantum,sdk,qiskit``). Runs take turns; medians are shown. Three times
are told apart: of the simulator alone; of the process that ckp measures (``wall_s``), from start to
end, with imports and results; and of the whole command ``ckp run``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from statistics import median

TURNS = 5
CIRCUITS = (("bell", 2, 10_000_000), ("ghz", 16, 2_000_000), ("qft", 16, 8_000_000))
COMPILED = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPYCACHEPREFIX": tempfile.mkdtemp(),
}
"""Modules are compiled once for a bare script, too, as they are for the worker."""
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


@dataclass(frozen=True, kw_only=True)
class Times:
    """Seconds: on the simulator, of the measured process, of the whole command."""

    simulator: float
    process: float
    command: float


def main() -> None:
    python, place = python_of(), place_of()
    print("| circuit | qubits | shots | | bare | `ckp run` | slower by |")
    print("|---" * 7 + "|")
    for name, qubits, shots in CIRCUITS:
        bare, own = in_turn(
            lambda: bare_script(python, place, name, qubits, shots),  # noqa: B023  # called at once
            lambda: by_ckp(name, qubits, shots),  # noqa: B023
        )
        show(name, qubits, shots, bare, own)


def in_turn(*ways: Callable[[], Times]) -> list[Times]:
    """Medians; each way's first turn fills caches and is left out."""
    rounds = [[way() for way in ways] for _ in range(TURNS + 1)][1:]
    found = []
    for place in range(len(ways)):
        columns = zip(*(astuple(one[place]) for one in rounds), strict=True)
        simulator, process, command = map(median, columns)
        found.append(Times(simulator=simulator, process=process, command=command))
    return found


def bare_script(python: str, place: str, name: str, qubits: int, shots: int) -> Times:
    """Its process is its command."""
    code = BARE.format(name=name, shots=shots, arguments="" if name == "bell" else qubits)
    began = time.perf_counter()
    done = subprocess.run(
        [python, "-c", code, place], capture_output=True, text=True, check=True, env=COMPILED
    )
    took = time.perf_counter() - began
    return Times(simulator=float(done.stdout), process=took, command=took)


def by_ckp(name: str, qubits: int, shots: int) -> Times:
    words = [f"--circuit={name}", f"--shots={shots}", "--sdk=qiskit@2", "--repeat=1", "--warmup=0"]
    words += [] if name == "bell" else [f"--qubits={qubits}"]
    began = time.perf_counter()
    metrics = json.loads(ckp("run", "program:quantum-circuits", *words, "--json"))["metrics"]
    took = time.perf_counter() - began
    run, process = (metrics[one]["value"] for one in ("run_s", "wall_s"))
    return Times(simulator=run, process=process, command=took)


def ckp(*words: str) -> str:
    command = [sys.executable, "-m", "ck_core", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def python_of() -> str:
    found = json.loads(ckp("show", "env", "--tags=quantum,sdk,qiskit,v2", "--json"))
    return str(found[-1]["environment"]["CKP_QUANTUM_PYTHON"])


def place_of() -> str:
    from ck_plugins_quantum import repo  # noqa: PLC0415

    return f"{next(iter(repo.__path__))}/program/quantum-circuits"


def show(name: str, qubits: int, shots: int, bare: Times, own: Times) -> None:
    told = f"| `{name}` | {qubits} | {shots:,} |"
    print(
        f"{told} simulator | {shots / bare.simulator:,.0f}/s | {shots / own.simulator:,.0f}/s "
        f"| {own.simulator / bare.simulator - 1:.1%} |"
    )
    for part in ("process", "command"):
        first, second = getattr(bare, part), getattr(own, part)
        print(f"| | | | {part} | {first:.2f} s | {second:.2f} s | {second / first - 1:.1%} |")


if __name__ == "__main__":
    main()

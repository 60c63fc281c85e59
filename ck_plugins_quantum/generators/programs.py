"""Writes the metas of the programs, which share options and choices: ``python programs.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sdk_packages import write

WORKER = "$#env1#$CKP_QUANTUM_PYTHON$#env2#$ -I $#ck_take_from_{script:quantum-worker}#$worker.py"
ANY_SDK = "quantum,sdk"
DEFAULTS = {
    "CKP_QUANTUM_SHOTS": "1024",
    "CKP_QUANTUM_SEED": "1",
    "CKP_QUANTUM_LEVEL": "default",
    "CKP_QUANTUM_LAYOUT": "default",
    "CKP_QUANTUM_ROUTING": "default",
}
CHOICES: dict[str, dict[str, Any]] = {
    "CKP_QUANTUM_SHOTS": {
        "sets": "variable",
        "type": "integer",
        "values": [256, 1024, 4096, 16384],
        "desc": "times that each circuit is run",
    },
    "CKP_QUANTUM_SEED": {
        "sets": "variable",
        "type": "integer",
        "values": [1, 2, 3, 4, 5],
        "desc": "of transpiler and simulator; 0: another one each time",
    },
    "CKP_QUANTUM_LEVEL": {
        "sets": "variable",
        "type": "choice",
        "values": ["default", "0", "1", "2", "3"],
        "desc": "how hard the transpiler tries",
    },
    "CKP_QUANTUM_LAYOUT": {
        "sets": "variable",
        "type": "choice",
        "values": ["default", "trivial", "dense", "sabre"],
        "desc": "how Qiskit places qubits on the machine",
    },
    "CKP_QUANTUM_ROUTING": {
        "sets": "variable",
        "type": "choice",
        "values": ["default", "basic", "lookahead", "sabre"],
        "desc": "how Qiskit brings together what must meet",
    },
}
OPTIONS: dict[str, dict[str, Any]] = {
    "sdk": {"wishes": "sdk", "desc": "what computes: qiskit, cirq, pennylane, pyquil"},
    "backend": {
        "sets": "CKP_QUANTUM_BACKEND",
        "desc": "aer, aer:noise=fake_NAME, fake:NAME, ibm:NAME, cirq, pennylane:DEVICE, pyquil",
    },
    "shots": {"sets": "CKP_QUANTUM_SHOTS"},
    "quantum-seed": {"sets": "CKP_QUANTUM_SEED"},
    "optimization-level": {"sets": "CKP_QUANTUM_LEVEL"},
    "layout": {"sets": "CKP_QUANTUM_LAYOUT"},
    "routing": {"sets": "CKP_QUANTUM_ROUTING"},
    "probability": {
        "sets": "CKP_QUANTUM_PROBABILITY",
        "range": [0.01, 0.999999],
        "default": 0.9,
        "desc": "of time to solution: how sure a solution shall be",
    },
}


def main() -> None:
    write("program", "qiskit-demo", demo())
    write("program", "quantum-circuits", circuits())


def demo() -> dict[str, Any]:
    keys = ("quantum_coin_flip", "entangled_coins")
    commands = {key: command("coin.py", key, ["counts.json"]) for key in keys}
    about = "First steps with Qiskit: a coin, and two that always fall alike"
    return program(about, "quantum,sdk,qiskit", commands, {}, ["qiskit", "demo"])


def circuits() -> dict[str, Any]:
    keys = "coin_flip bell ghz teleportation deutsch_jozsa grover qft phase_estimation".split()
    commands = {
        key.replace("_", "-"): command("circuits.py", key, ["counts.json"]) for key in keys
    }
    sized = ["ghz", "deutsch-jozsa", "grover", "qft", "phase-estimation"]
    options: dict[str, dict[str, Any]] = {
        "circuit": {"chooses": "command", "desc": "which one"},
        "qubits": {
            "sets": "CKP_ARG_QUBITS",
            "range": [1, 4096],
            "only_for_cmd": sized,
            "desc": "how many; helpers come on top",
        },
        "marked": argument("marked", ["grover"], "what Grover's search looks for, such as 0110"),
        "oracle": {
            **argument("oracle", ["deutsch-jozsa"], "what Deutsch and Jozsa ask"),
            "values": ["balanced", "constant"],
        },
        "number": {
            **argument("number", ["qft"], "what is transformed"),
            "range": [0, 1 << 30],
        },
        "phase": {
            **argument("phase", ["phase-estimation"], "what is estimated, in turns"),
            "range": [0.0, 1.0],
        },
    }
    about = "Circuits of textbooks, on the backend of your choice"
    return program(about, ANY_SDK, commands, options, ["circuits"])


def argument(name: str, commands: Sequence[str], about: str) -> dict[str, Any]:
    return {"sets": f"CKP_ARG_{name.upper()}", "only_for_cmd": list(commands), "desc": about}


def command(file: str, function: str, outputs: Sequence[str]) -> dict[str, Any]:
    return {
        "run_vars": {
            "CKP_QUANTUM_PROGRAM": f"$#src_path#${file}",
            "CKP_QUANTUM_FUNCTION": function,
        },
        "run_time": {"run_cmd_main": WORKER, "run_output_files": [*outputs, "timings.json"]},
    }


def program(
    title: str,
    sdk: str,
    commands: Mapping[str, Any],
    options: Mapping[str, Any],
    tags: Sequence[str],
) -> dict[str, Any]:
    return {
        "data_name": title,
        "tags": ["quantum", *tags, "lang-python"],
        "no_compile": "yes",
        "metric": "run_s",
        "run_deps": {"sdk": {"name": "Quantum SDK", "sort": 10, "tags": sdk}},
        "run_vars": DEFAULTS,
        "run_cmds": dict(commands),
        "options": {**options, **OPTIONS},
        "choices": CHOICES,
    }


if __name__ == "__main__":
    main()

"""Writes the metas of the programs, which share options and choices: ``python programs.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sdk_packages import write

FROM_SCRIPT = "$#ck_take_from_{script:quantum-worker}#$"
WORKER = f"$#env1#$CKP_QUANTUM_PYTHON$#env2#$ -I {FROM_SCRIPT}quantum_worker.py"
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
OPTIMIZERS = ["spsa", "rotosolve", "cobyla", "nelder-mead", "powell"]
ARGUMENTS = ("optimizer", "ansatz", "iterations", "graph", "layers")
LEARNT = ("features", "bandwidth", "ridge", "layers", "iterations")
MODULES, CLASSIFIER = "CKP_QUANTUM_MODULES", "program:quantum-classifier"
TABLES = "dataset,labelled-tables"
TRIED: dict[str, dict[str, Any]] = {
    "tries": {
        "sets": "CKP_QUANTUM_TRIES",
        "range": [1, 10000],
        "default": 1,
        "desc": "tries in a run, each with a seed of its own",
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
    "dynamical-decoupling": {
        "sets": "CKP_QUANTUM_DECOUPLING",
        "values": ["no", "yes"],
        "desc": "of a real machine: pulses keep idle qubits from losing their state",
    },
    "twirling": {
        "sets": "CKP_QUANTUM_TWIRLING",
        "values": ["no", "yes"],
        "desc": "of a real machine: gates and measurements vary at random: noise is even",
    },
    "job": {
        "sets": "CKP_QUANTUM_JOB",
        "recorded": "no",
        "desc": "of a real machine: wait for this job, which was submitted before",
    },
    "wait": {
        "sets": "CKP_QUANTUM_WAIT",
        "range": [1, 31536000],
        "default": 3600,
        "recorded": "no",
        "desc": "for a real machine: seconds, then the job is left to be waited for by --job",
    },
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
    write("program", "quantum-variational", variational())
    write("program", "quantum-classifier", classifier())
    write("solution", "quantum-hackathon", hackathon())


def demo() -> dict[str, Any]:
    keys = ("quantum_coin_flip", "entangled_coins")
    commands = {key: command("coin.py", key, ["counts.json"]) for key in keys}
    about = "First steps with Qiskit: a coin, and two that always fall alike"
    return program(about, "quantum,sdk,qiskit", commands, {}, ["qiskit", "demo"])


def circuits() -> dict[str, Any]:
    keys = [
        "coin_flip",
        "bell",
        "ghz",
        "teleportation",
        "deutsch_jozsa",
        "grover",
        "qft",
        "phase_estimation",
    ]
    commands = {key.replace("_", "-"): command("circuits.py", key, ["counts.json"]) for key in keys}
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


def variational() -> dict[str, Any]:
    commands = {
        "vqe-h2": command("h2.py", "h2", ["solution.json"]),
        "qaoa-maxcut": command("maxcut.py", "maxcut", ["solution.json"]),
    }
    vqe, qaoa, both = ["vqe-h2"], ["qaoa-maxcut"], [*commands]
    choices = {
        "CKP_ARG_OPTIMIZER": {
            **choice(OPTIMIZERS, both, "what looks for the best angles", default="spsa"),
            "values_for_cmd": {"qaoa-maxcut": [one for one in OPTIMIZERS if one != "rotosolve"]},
        },
        "CKP_ARG_ANSATZ": choice(["ry", "ucc"], vqe, "form of the circuit", default="ry"),
        "CKP_ARG_ITERATIONS": choice(
            [40, 80, 120, 240], both, "evaluations of the cost", default=120
        ),
        "CKP_ARG_GRAPH": choice(
            ["ring", "chords", "complete"], qaoa, "what is cut", default="chords"
        ),
        "CKP_ARG_LAYERS": choice([1, 2, 3], qaoa, "layers of the circuit", default=2),
    }
    options = {
        "problem": {"chooses": "command", "desc": "what is to be solved"},
        **{name: {"sets": f"CKP_ARG_{name.upper()}"} for name in ARGUMENTS},
        "nodes": {**argument("nodes", qaoa, "of the graph"), "range": [3, 16]},
        **TRIED,
        "delta": {
            "sets": "CKP_QUANTUM_DELTA",
            "range": [0.000001, 100.0],
            "default": 0.15,
            "desc": "how near a solution is: in hartrees, or of the largest cut",
        },
    }
    about = "Energy of hydrogen (VQE) and largest cut of a graph (QAOA), over many seeds"
    told = program(about, ANY_SDK, commands, options, ["variational"])
    return {**told, "metric": "try_s", "choices": {**CHOICES, **choices}}


def classifier() -> dict[str, Any]:
    """A participant's program has its commands, too: files lie in MODULES, not beside the meta.

    What has no ``only_for_cmd`` is for commands of participants as well.
    """
    keys = ("kernel", "variational", "classical")
    commands = {key: command("classifiers.py", key, ["solution.json"], "") for key in keys}
    about = "The hackathon's task: tell classes apart, well enough and soon"
    told = program(about, ANY_SDK, commands, classifier_options(), ["classifier", "hackathon"])
    return {
        **told,
        "run_deps": {**told["run_deps"], "tables": {"name": "Tables", "sort": 20, "tags": TABLES}},
        "ck_to_env": {MODULES: CLASSIFIER},
        "metric": "try_s",
        "choices": {**CHOICES, **classifier_choices()},
    }


def classifier_choices() -> dict[str, Any]:
    quantum, learnt = ["kernel"], ["variational"]
    return {
        "CKP_ARG_FEATURES": choice([2, 3, 4], (), "features, and qubits", default=2),
        "CKP_ARG_BANDWIDTH": choice(
            [0.2, 0.3, 0.5, 1.0], quantum, "what features are scaled by", default=0.2
        ),
        "CKP_ARG_RIDGE": choice(
            [0.3, 1.0, 3.0], ["kernel", "classical"], "of the regression", default=0.3
        ),
        "CKP_ARG_LAYERS": choice([1, 2, 3], learnt, "layers of the circuit", default=3),
        "CKP_ARG_ITERATIONS": choice(
            [40, 80, 120, 240], learnt, "evaluations of the cost", default=120
        ),
    }


def classifier_options() -> dict[str, Any]:
    rows = {
        "train": ("rows to learn from", [2, 2000]),
        "validation": ("rows to choose settings by", [0, 2000]),
        "test": ("rows to be judged by", [1, 2000]),
        "split": ("seed of the division", [0, 1 << 30]),
    }
    return {
        "solution": {"chooses": "command", "desc": "whose way"},
        "data": argument("data", (), "iris, wine, digits, breast-cancer, or a CSV file"),
        **{one: {"sets": f"CKP_ARG_{one.upper()}"} for one in LEARNT},
        **{
            name: {**argument(name, (), about), "range": ends}
            for name, (about, ends) in rows.items()
        },
        "judged-by": {
            **argument("judged_by", (), "which rows judge: validation to choose settings by"),
            "values": ["test", "validation"],
        },
        **TRIED,
        "wanted-accuracy": {
            "sets": "CKP_QUANTUM_ACCURACY",
            "range": [0.01, 1.0],
            "default": 0.8,
            "desc": "what a try must reach to be a solution",
        },
    }


def hackathon() -> dict[str, Any]:
    run = "benchmark program:quantum-classifier --solution $<<solutions>>$ --data $<<data>>$"
    wanted = "--wanted-accuracy $<<accuracy>>$ --tries $<<tries>>$ --shots $<<shots>>$"
    kept = "--repeat=1 --warmup=0 --record --record-uoa=$<<experiment>>$"
    return {
        "data_name": "A scoreboard of classifiers: time to solution at a required accuracy",
        "tags": ["quantum", "hackathon", "demo"],
        "parameters": {
            "solutions": {
                "default": "classical,kernel,variational",
                "desc": "several, with commas",
            },
            "data": {"default": "iris", "desc": "iris, wine, digits or breast-cancer"},
            "accuracy": {"type": "float", "range": [0.01, 1.0], "default": 0.8, "desc": "wanted"},
            "tries": {"type": "integer", "range": [1, 1000], "default": 3, "desc": "seeds"},
            "shots": {"type": "integer", "range": [1, 1000000], "default": 256, "desc": "of each"},
            "experiment": {"default": "quantum-hackathon", "desc": "where solutions enter"},
        },
        "steps": [
            {"title": "every solution on the same rows", "run": f"{run} {wanted} {kept}"},
            {"title": "who has entered", "run": "show experiment:$<<experiment>>$"},
            {
                "title": "the scoreboard",
                "run": "pareto experiment:$<<experiment>>$ --minimize time_to_solution_s "
                "--maximize accuracy",
            },
            {
                "title": "its numbers",
                "run": "export experiment:$<<experiment>>$ --to=csv -o scoreboard.csv",
            },
        ],
        "results": ["scoreboard.csv"],
    }


def choice(
    values: Sequence[Any], commands: Sequence[str], about: str, *, default: Any
) -> dict[str, Any]:
    kinds = {int: "integer", float: "float", str: "choice"}
    return {
        "sets": "variable",
        "type": kinds[type(values[0])],
        "values": list(values),
        "default": default,
        **only_for(commands),
        "desc": about,
    }


def only_for(commands: Sequence[str]) -> dict[str, Any]:
    """None: for all of them."""
    return {"only_for_cmd": list(commands)} if commands else {}


def argument(name: str, commands: Sequence[str], about: str) -> dict[str, Any]:
    return {"sets": f"CKP_ARG_{name.upper()}", **only_for(commands), "desc": about}


def command(
    file: str, function: str, outputs: Sequence[str], place: str = "$#src_path#$"
) -> dict[str, Any]:
    return {
        "run_vars": {
            "CKP_QUANTUM_PROGRAM": f"{place}{file}",
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

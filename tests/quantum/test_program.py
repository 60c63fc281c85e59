"""Circuits by the command line, with a stand-in for Qiskit that lies in a directory of softs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from quantum.kit import FAKES
from quantum.test_remote import CRN, TOKEN

ABACUS: dict[str, Any] = {
    "product": "qiskit",
    "tags": ["quantum", "sdk", "qiskit"],
    "auto_detect": "yes",
    "detect": {"files": ["abacus.txt"]},
    "customize": {"env_prefix": "ABACUS", "version": "9.9.0"},
    "env": {
        "CKP_QUANTUM_SDK": "qiskit",
        "CKP_QUANTUM_PYTHON": sys.executable,
        "CKP_QUANTUM_FILE": str(FAKES / "qiskit" / "__init__.py"),
    },
}
TABLES: dict[str, Any] = {
    "product": "tables",
    "tags": ["dataset", "labelled-tables"],
    "auto_detect": "yes",
    "detect": {"files": ["tables.txt"]},
    "env": {"CKP_TABLES": "$#full_path#$"},
}
ONCE = ("--repeat=1", "--warmup=0")


@pytest.fixture(autouse=True)
def abacus(add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an account, too."""
    add_component("soft", "abacus", ABACUS)
    add_component("soft", "tables", TABLES)
    place, home = tmp_path / "things", tmp_path / "user"
    (home / ".qiskit").mkdir(parents=True)
    account = {"default": {"channel": "ibm_cloud", "token": TOKEN, "instance": CRN}}
    (home / ".qiskit/qiskit-ibm.json").write_text(json.dumps(account), encoding="utf-8")
    place.mkdir()
    for name in ("abacus.txt", "tables.txt"):
        (place / name).write_text("", encoding="utf-8")
    monkeypatch.setenv("CKP_SOFT_DIRS", str(place))
    monkeypatch.setenv("HOME", str(home))
    return home


def told(result: Any) -> Any:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["metrics"]


def test_a_coin_from_the_command_of_ck(ckp: Ckp) -> None:
    result = ckp("run", "program:qiskit-demo", "--cmd_key=quantum_coin_flip", "--json", *ONCE)
    metrics = told(result)
    assert metrics["fidelity_hellinger"]["value"] > 0.98
    assert metrics["depth"]["value"] == 2


def test_options_reach_the_circuit(ckp: Ckp) -> None:
    words = ("--circuit=grover", "--qubits=4", "--marked=0101", "--shots=2000", "--quantum-seed=3")
    metrics = told(ckp("run", "program:quantum-circuits", "--json", *words, *ONCE))
    success = metrics["success_probability"]
    assert success["detail"].endswith("of 2000 shots")
    assert success["low"] < metrics["success_ideal"]["value"] < success["high"]


def test_vqe_finds_hydrogen(ckp: Ckp) -> None:
    words = ("--problem=vqe-h2", "--ansatz=ucc", "--optimizer=rotosolve", "--iterations=12")
    metrics = told(ckp("run", "program:quantum-variational", "--json", *words, "--tries=2", *ONCE))
    assert metrics["energy"]["value"] == pytest.approx(-1.1373, abs=0.05)
    assert metrics["tries_good"]["detail"] == "2 of 2 tries"
    assert metrics["time_to_solution_s"]["value"] > 0


def test_qaoa_cuts_better_than_chance(ckp: Ckp) -> None:
    words = ("--problem=qaoa-maxcut", "--graph=ring", "--nodes=4", "--iterations=40")
    metrics = told(ckp("run", "program:quantum-variational", "--json", *words, *ONCE))
    assert metrics["approximation_ratio"]["value"] > 0.6  # half of all edges are cut by chance


@pytest.fixture
def clouds(tmp_path: Path) -> tuple[str, ...]:
    """Two clouds of points; chance is right in half of them."""
    rows = [
        f"{x + 3 * kind},{y - 2 * kind},{kind}"
        for kind in (0, 1)
        for x in (0, 1, 2)
        for y in (0, 1, 2)
    ]
    table = tmp_path / "table.csv"
    table.write_text("x,y,kind\n" + "\n".join(rows), encoding="utf-8")
    sizes = ("--features=1", "--train=8", "--validation=4", "--test=6", "--shots=400")
    return (f"--data={table}", *sizes, "--record", "--record-uoa=board", *ONCE)


def accuracies(ckp: Ckp) -> dict[str, float]:
    points = json.loads(ckp("show", "experiment:board", "--json").stdout)
    return {one["choices"]["solution"]: one["metrics"]["accuracy"]["value"] for one in points}


def test_classifiers_enter_one_scoreboard(ckp: Ckp, clouds: tuple[str, ...]) -> None:
    words = ("benchmark", "program:quantum-classifier", "--solution=kernel,classical")
    done = ckp(*words, *clouds)
    assert done.returncode == 0, done.stderr
    found = accuracies(ckp)
    assert found.keys() == {"kernel", "classical"}
    assert all(value >= 0.8 for value in found.values()), found


NEAREST = """
import numpy as np
from classifiers import answer, fidelities
from tables import asked_rows

def nearest(machine, seed, bandwidth=0.5):
    rows = asked_rows(machine)
    means = [rows.train[rows.train_labels == one].mean(0) for one in range(rows.classes)]
    pairs = [(one * bandwidth, mean * bandwidth) for one in rows.judged for mean in means]
    return answer(np.reshape(fidelities(machine, pairs), (-1, rows.classes)), rows)
"""


def test_a_participant_enters_the_scoreboard(
    ckp: Ckp, add_component: AddComponent, clouds: tuple[str, ...]
) -> None:
    """As docs/quantum.md has it: the program completes ours, and has its commands as well."""
    worker = "$#ck_take_from_{script:quantum-worker}#$quantum_worker.py"
    run = {
        "run_cmd_main": f"$#env1#$CKP_QUANTUM_PYTHON$#env2#$ -I {worker}",
        "run_output_files": ["solution.json", "timings.json"],
    }
    names = {
        "CKP_QUANTUM_PROGRAM": "$#src_path#$nearest.py",
        "CKP_QUANTUM_FUNCTION": "nearest",
    }
    meta = {
        "_base_entry": "program:quantum-classifier",
        "data_name": "Nearest mean",
        "run_cmds": {"nearest": {"run_vars": names, "run_time": run}},
    }
    add_component("program", "nearest-mean", meta, {"nearest.py": NEAREST})
    done = ckp("benchmark", "program:quantum-classifier", "--solution=classical", *clouds)
    assert done.returncode == 0, done.stderr
    done = ckp("benchmark", "program:nearest-mean", "--solution=nearest,kernel", *clouds)
    assert done.returncode == 0, done.stderr
    found = accuracies(ckp)
    assert found.keys() == {"classical", "nearest", "kernel"}
    assert found["nearest"] >= 0.8


def test_who_chooses_settings_is_judged_by_other_rows(
    ckp: Ckp, add_component: AddComponent, clouds: tuple[str, ...], tmp_path: Path
) -> None:
    """Rows to learn from, to choose by and to be judged by have none in common."""
    code = (
        "from tables import table, split_of\n"
        "def seen(machine, seed):\n"
        "    asked = machine.settings.arguments\n"
        "    sizes = {one: int(asked[one]) for one in ('train', 'validation', 'test')}\n"
        "    both = [split_of(asked['data'], 2, **sizes, judged_by=one)\n"
        "            for one in ('validation', 'test')]\n"
        "    rows = [tuple(row) for one in both for row in one.judged.tolist()]\n"
        "    rows += [tuple(row) for row in both[0].train.tolist()]\n"
        "    assert (both[0].train == both[1].train).all()\n"
        "    return {'right': len(set(rows)), 'count': len(rows)}\n"
    )
    file = tmp_path / "seen.py"
    file.write_text(code, encoding="utf-8")
    given = (f"--env.CKP_QUANTUM_PROGRAM={file}", "--env.CKP_QUANTUM_FUNCTION=seen")
    done = ckp("run", "program:quantum-classifier", "--solution=classical", *clouds, *given)
    assert done.returncode == 0, done.stderr
    assert "18 of 18" in done.stdout


def test_a_failure_of_the_worker_is_told(ckp: Ckp) -> None:
    result = ckp("run", "program:quantum-circuits", "--circuit=bell", "--backend=aerr", *ONCE)
    assert result.returncode == 8
    assert "ckp-quantum: there is no backend 'aerr'; did you mean aer?" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("shots", ["0", "2000000000", "many"])
def test_shots_are_checked_before_anything_runs(ckp: Ckp, shots: str) -> None:
    result = ckp("run", "program:quantum-circuits", "--circuit=bell", f"--shots={shots}", *ONCE)
    assert result.returncode != 0
    assert "shots" in result.stderr.lower()


def test_noise_is_compared_on_a_frontier(ckp: Ckp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_NOISE", "0.2")
    backends = "--backend=aer,aer:noise=fake_manila"
    kept = ("--record", "--record-uoa=noise", *ONCE)
    done = ckp("benchmark", "program:quantum-circuits", "--circuit=ghz,bell", backends, *kept)
    assert done.returncode == 0, done.stderr
    shown = ckp(
        "pareto", "experiment:noise", "--minimize=depth", "--maximize=fidelity_hellinger", "--json"
    )
    assert shown.returncode == 0, shown.stderr
    assert "fidelity_hellinger" in shown.stdout


def test_what_may_be_varied(ckp: Ckp) -> None:
    shown = ckp("autotune", "program:quantum-circuits", "--cmd-key=qft", "--list")
    assert shown.returncode == 0, shown.stderr
    for name in ("CKP_QUANTUM_LEVEL", "CKP_QUANTUM_LAYOUT", "CKP_QUANTUM_ROUTING"):
        assert name in shown.stdout
    shown = ckp("autotune", "program:quantum-variational", "--cmd-key=vqe-h2", "--list")
    assert "CKP_ARG_OPTIMIZER" in shown.stdout
    assert "CKP_ARG_GRAPH" not in shown.stdout


def test_a_program_of_somebody_else_is_varied_as_well(
    ckp: Ckp, add_component: AddComponent
) -> None:
    run = {"run_cmd_main": "$<<CKP_QUANTUM_PYTHON>>$ -c pass"}
    add_component(
        "program",
        "theirs",
        {
            "tags": ["quantum"],
            "no_compile": "yes",
            "run_deps": {"sdk": {"tags": "quantum,sdk"}},
            "run_cmds": {"default": {"run_time": run}},
        },
    )
    shown = ckp("autotune", "program:theirs", "--list")
    assert shown.returncode == 0, shown.stderr
    assert "CKP_QUANTUM_LAYOUT" in shown.stdout
    assert shown.stdout.count(" quantum") >= 4


def test_nothing_of_an_account_is_recorded(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that tells all it can read, in an environment with the token in it as well."""
    monkeypatch.setenv("QISKIT_IBM_TOKEN", TOKEN)
    code = (
        "from pathlib import Path\nimport os\n"
        "def circuit(machine):\n"
        "    account = Path('~/.qiskit/qiskit-ibm.json').expanduser().read_text()\n"
        "    return {'energy': 1.0, 'said': account + str(dict(os.environ))}\n"
    )
    add_component(
        "program",
        "talks",
        {
            "_base_entry": "program:qiskit-demo",
            "data_name": "talks",
            "run_cmds": {
                "talk": {
                    "sort": -1,
                    "run_vars": {
                        "CKP_QUANTUM_PROGRAM": "$#src_path#$talk.py",
                        "CKP_QUANTUM_FUNCTION": "circuit",
                    },
                    "run_time": {
                        "run_cmd_main": "$#env1#$CKP_QUANTUM_PYTHON$#env2#$ -I "
                        "$#ck_take_from_{script:quantum-worker}#$quantum_worker.py",
                        "run_output_files": ["solution.json", "timings.json"],
                    },
                }
            },
        },
        {"talk.py": code},
    )
    kept = ("--record", "--record-uoa=it", *ONCE)
    result = ckp("run", "program:talks", "--cmd-key=talk", *kept)
    assert result.returncode == 0, result.stderr
    everything = result.stdout + result.stderr + ckp("show", "experiment:it", "--json").stdout
    for file in ckp_home.rglob("*"):
        if file.is_file() and not file.is_symlink():
            everything += file.read_text(encoding="utf-8", errors="replace")
    assert "energy" in everything
    assert TOKEN not in everything
    assert CRN not in everything

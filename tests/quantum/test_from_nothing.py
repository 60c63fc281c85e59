"""The CK paper's two commands where nothing is installed: a repository pulled, a coin flipped."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from quantum.sdks import Sdks
from sdk_homes import index_has

pytestmark = pytest.mark.slow
FLIP = "--cmd_key=quantum_coin_flip"
ONCE = ("--repeat=1", "--warmup=0")
META: dict[str, Any] = {
    "backup_data_uid": "3cf079d410d8f5ab",
    "no_compile": "yes",
    "no_target_file": "yes",
    "process_in_tmp": "yes",
    "program": "yes",
    "run_cmds": {
        "quantum_coin_flip": {
            "ignore_return_code": "no",
            "run_time": {
                "fine_grain_timer_file": "tmp-ck-timer.json",
                "run_cmd_main": "$<<CK_ENV_COMPILER_PYTHON_FILE>>$ ../flip.py",
                "run_cmd_out1": "tmp-stdout.tmp",
            },
        }
    },
    "run_deps": {
        "lib-qiskit": {"local": "yes", "sort": 10, "tags": "lib,python-package,qiskit"},
        "python": {"local": "yes", "sort": 8, "tags": "compiler,python", "version_from": [3, 5, 0]},
    },
    "run_vars": {"CK_IBM_REPETITION": 100},
}
"""In the words of CK's repositories of 2018: Python and Qiskit apart, a script, a timer's file."""
SCRIPT = """
import json, os
from qiskit import QuantumCircuit, transpile
from qiskit_aer import AerSimulator
coin = QuantumCircuit(1, 1)
coin.h(0)
coin.measure(0, 0)
machine = AerSimulator()
job = machine.run(transpile(coin, machine), shots=int(os.environ["CK_IBM_REPETITION"]))
json.dump({"result": job.result().get_counts()}, open("tmp-ck-timer.json", "w"))
"""


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Sdks:
    """An empty CKP_HOME."""
    if not index_has("qiskit"):
        pytest.skip("pip's index cannot be reached")
    return Sdks(tmp_path_factory.mktemp("nothing"), probe="qiskit")


def repository(place: Path) -> Path:
    """A bare one, of CK's layout."""
    source, bare = place / "source", place / "ck-coins.git"
    program = source / "program/coins"
    (program / ".cm").mkdir(parents=True)
    (program / ".cm/meta.json").write_text(json.dumps(META), encoding="utf-8")
    (program / "flip.py").write_text(SCRIPT, encoding="utf-8")
    about = {"data_uoa": "ck-coins", "data_alias": "ck-coins", "data_uid": "4f49a0bdde6167b5"}
    (source / ".ckr.json").write_text(json.dumps({**about, "dict": {}}), encoding="utf-8")
    named = ("-c", "user.name=coins", "-c", "user.email=coins@localhost")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Coins"]):
        subprocess.run(["git", *named, *words], cwd=source, check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(source), str(bare)], check=True)
    return bare


def test_one_command_installs_qiskit_and_flips_a_coin(nothing: Sdks) -> None:
    done = nothing.ckp("run", "program:qiskit-demo", FLIP, *ONCE, "--json")
    assert done.returncode == 0, done.stderr
    assert "installing qiskit@2.6.2" in done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    assert metrics["fidelity_hellinger"]["value"] > 0.98


def test_a_program_of_ck_is_pulled_and_runs_on_todays_qiskit(nothing: Sdks, tmp_path: Path) -> None:
    pulled = nothing.ckp("pull", "repo", f"--url={repository(tmp_path)}")
    assert pulled.returncode == 0, pulled.stderr
    done = nothing.ckp("run", "program:coins", FLIP, *ONCE, "--json")
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    counts = [metrics[f"result.{one}"]["value"] for one in (0, 1)]
    assert sum(counts) == 100
    assert all(20 < one < 80 for one in counts)

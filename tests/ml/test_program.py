"""program:image-classification by the command line, with a framework of somebody else's."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from ml.kit import FAKES, meta

FRAMEWORK: dict[str, Any] = {
    "tags": ["ml", "framework", "abacus"],
    "auto_detect": "yes",
    "detect": {"files": ["abacus.txt"]},
    "customize": {"env_prefix": "ABACUS", "version": "1"},
    "env": {"CKP_ML_FRAMEWORK": "abacus", "CKP_ML_PYTHON": sys.executable},
}
MODEL: dict[str, Any] = {
    "tags": ["model", "image-classification", "format-json", "brightness"],
    "auto_detect": "yes",
    "detect": {"files": ["brightness.txt"]},
    "env": {"CKP_MODEL": "$#full_path#$", "CKP_MODEL_META": "$#path_install#$/model.json"},
}
IMAGES: dict[str, Any] = {
    "tags": ["dataset", "image-classification", "greys"],
    "auto_detect": "yes",
    "detect": {"files": ["greys.txt"]},
}
PILLOW: dict[str, Any] = {
    "tags": ["lib", "python-package", "pillow"],
    "auto_detect": "yes",
    "detect": {"files": ["pillow.txt"]},
    "env": {"CK_ENV_PILLOW_PYTHON": sys.executable},
}
ABACUS = {
    "_base_entry": "program:image-classification",
    "data_name": "Image classification by an abacus as well",
    "pre_process_cmds": [f"{sys.executable} -I $#src_path#$prepare.py"],
    "run_cmds": {
        "abacus": {
            "sort": -1,
            "run_deps": {
                "framework": {"tags": "ml,framework,abacus"},
                "model": {"tags": "model,image-classification,format-json"},
            },
            "run_vars": {"CKP_ML_ADAPTER": "$#src_path#$adapter.py", "CKP_DELEGATE": "none"},
            "run_time": {
                "run_cmd_main": "$#env1#$CKP_ML_PYTHON$#env2#$ -I "
                "$#ck_take_from_{script:ml-worker}#$worker.py",
                "run_cmd_out2": "stderr.txt",
                "run_output_files": ["latencies.json", "predictions.json"],
            },
        }
    },
}


@pytest.fixture
def abacus(add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of the model, whose file says how the framework behaves."""
    softs = {"framework": FRAMEWORK, "model": MODEL, "images": IMAGES, "pillow": PILLOW}
    for name, soft in softs.items():
        add_component("soft", f"abacus.{name}", {"product": soft["tags"][-1], **soft})
    files = {"adapter.py": "numpy_adapter.py", "prepare.py": "prepare.py"}
    texts = {name: (FAKES / file).read_text(encoding="utf-8") for name, file in files.items()}
    add_component("program", "image-classification-abacus", ABACUS, texts)
    place = tmp_path / "things with a space"
    place.mkdir()
    for name in ("abacus.txt", "greys.txt", "pillow.txt"):
        (place / name).write_text("", encoding="utf-8")
    (place / "brightness.txt").write_text("{}", encoding="utf-8")
    (place / "model.json").write_text(json.dumps(meta()), encoding="utf-8")
    monkeypatch.setenv("CKP_SOFT_DIRS", str(place))
    return place


def run(ckp: Ckp, *options: str) -> Any:
    return ckp("run", "program:image-classification-abacus", "--repeat=1", "--warmup=0", *options)


def test_another_framework_in_a_program_of_its_own(ckp: Ckp, abacus: Path) -> None:
    result = run(ckp, "--framework=abacus", "--batch=2")
    assert result.returncode == 0, result.stderr


def test_a_failure_of_the_worker_is_told(ckp: Ckp, abacus: Path) -> None:
    (abacus / "brightness.txt").write_text('{"shape": [1, 4, 4, 1]}', encoding="utf-8")
    result = run(ckp, "--framework=abacus", "--batch=8")
    assert result.returncode != 0
    assert "exited with status 3" in result.stderr
    assert "ckp-ml: model brightness takes 1 image at a time" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_worker_that_is_killed_is_told(ckp: Ckp, abacus: Path) -> None:
    (abacus / "brightness.txt").write_text('{"signal": 9}', encoding="utf-8")
    result = run(ckp, "--framework=abacus")
    assert result.returncode != 0
    assert "signal 9" in result.stderr or "SIGKILL" in result.stderr


def test_a_sweep_goes_on_behind_what_a_model_cannot_do(ckp: Ckp, abacus: Path) -> None:
    (abacus / "brightness.txt").write_text('{"shape": [1, 4, 4, 1]}', encoding="utf-8")
    words = ("--framework=abacus", "--batch=8,1", "--repeat=2", "--warmup=0")
    kept = ("--record", "--record-uoa=sweep")
    done = ckp("benchmark", "program:image-classification-abacus", *words, *kept)
    assert done.returncode == 8, done.stderr
    points = json.loads(ckp("show", "experiment:sweep", "--json").stdout)
    by_batch = {one["choices"]["batch"]: one for one in points}
    assert by_batch.keys() == {1, 8}
    assert (by_batch[1]["status"], by_batch[8]["status"]) == ("ok", "failed")
    assert by_batch[1]["metrics"]["latency_s"]["value"] > 0
    reason = "ckp-ml: model brightness takes 1 image at a time, and NumPy cannot make that 8"
    assert reason in by_batch[8]["error"]


def test_the_commands_of_the_base_are_there_as_well(ckp: Ckp, abacus: Path) -> None:
    shown = ckp("show", "program:image-classification-abacus")
    assert " ".join(shown.stdout.split()).count("commands abacus, tflite, litert") == 1

"""Metrics of program:image-classification by the command line, with the abacus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from ml.test_program import ABACUS, abacus, run  # noqa: F401  # a fixture

PROGRAM = "program:image-classification-abacus"


def told(result: Any) -> Any:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_run_tells_accuracy_and_latency(ckp: Ckp, abacus: Path, tmp_path: Path) -> None:  # noqa: F811
    place = tmp_path / "report"
    kept = (f"--report={place}", "--record", "--record-uoa=it")
    found = run(ckp, "--framework=abacus", "--json", *kept)
    metrics = told(found)["metrics"]
    assert metrics["accuracy_top1"]["value"] == 1
    assert 0.6 < metrics["accuracy_top1"]["low"] < 0.7  # 7 of 7
    assert 0 < metrics["latency_s"]["value"] <= metrics["latency_p99_s"]["value"]
    assert metrics["throughput_per_s"]["value"] > 0
    assert metrics["model_bytes"]["value"] == 2
    (written,) = place.iterdir()
    assert {one.name for one in written.iterdir()} == {
        "per_class.json",
        "confusion.svg",
        "predictions.json",
    }
    (point,) = told(ckp("show", "experiment:it", "--json"))
    assert str(place) not in str(point["choices"])


def test_it_is_judged_by_its_latency(ckp: Ckp, abacus: Path) -> None:  # noqa: F811
    options = ("--framework=abacus", "--batch=4", "--repeat=2", "--json")
    found = told(ckp("benchmark", PROGRAM, *options))
    assert found["metric"] == "latency_s"
    (variant,) = found["variants"]
    assert variant["point"]["metrics"]["latency_s"]["detail"] == "median of 2 queries"


@pytest.mark.slow
def test_it_is_tuned_by_its_latency(ckp: Ckp, abacus: Path) -> None:  # noqa: F811
    options = ("--framework=abacus", "--tune=choices", "--objective=latency_s", "--json")
    found = told(ckp("autotune", PROGRAM, *options, "--evaluations=3", "--finals=2"))
    assert (found["objectives"], found["evaluations"]) == (["latency_s"], 3)
    assert not found["failures"]


def test_a_broken_file_is_a_failure_with_its_reason(
    ckp: Ckp,
    abacus: Path,  # noqa: F811
    add_component: AddComponent,
) -> None:
    command = ABACUS["run_cmds"]["abacus"]  # type: ignore[index]  # as it is written there
    ends = {"run_cmd_main": "sh -c 'echo {} > latencies.json; echo [ > predictions.json'"}
    broken = {**command, "run_time": {**command["run_time"], **ends}}
    meta = {**ABACUS, "run_cmds": {"abacus": broken}}
    prepare = {"prepare.py": ""}
    add_component("program", "image-classification-abacus", meta, prepare)
    result = run(ckp, "--framework=abacus")
    assert result.returncode == 10, result.stderr
    assert "latencies.json has no 'schema'" in result.stderr
    assert "Traceback" not in result.stderr

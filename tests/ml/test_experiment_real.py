"""One experiment of two real frameworks, batches and threads, and its frontier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml.frameworks import Frameworks

pytestmark = pytest.mark.slow
IMAGES = Path("/usr/share/datasets/fashion-mnist")


def test_frameworks_batches_and_threads_have_one_frontier(
    frameworks: Frameworks, experiment: str
) -> None:
    if not IMAGES.is_dir():
        pytest.skip("Debian's dataset-fashion-mnist is not here")
    for name in ("litert", "onnxruntime"):
        frameworks.variables(name)
    sweep = ("--framework=litert,onnxruntime", "--batch=1,8", "--threads=1,2")
    fixed = ("--model=fashion-mobilenet-w4", "--model-precision=fp32", "--dataset=fashion-mnist")
    kept = ("--count=400", "--repeat=2", "--record", f"--record-uoa={experiment}")
    done = frameworks.ckp("benchmark", "program:image-classification", *sweep, *fixed, *kept)
    assert done.returncode == 0, done.stderr
    columns = "--columns=uid,framework,batch,threads,accuracy_top1,latency_s,throughput_per_s"
    shown = json.loads(frameworks.ckp("show", f"experiment:{experiment}", columns, "--json").stdout)
    variants = {(one["framework"].partition("@")[0], one["batch"], one["threads"]) for one in shown}
    assert len(variants) == len(shown) == 8
    for framework in ("litert", "onnxruntime"):
        own = {one["accuracy_top1"] for one in shown if one["framework"].startswith(framework)}
        assert len(own) == 1, "batch and threads change no answer"
    words = ("--maximize=throughput_per_s,accuracy_top1", "--json")
    found = json.loads(frameworks.ckp("pareto", f"experiment:{experiment}", *words).stdout)
    frontier = {one["uid"] for one in found["frontier"]}
    fastest = max(shown, key=lambda one: one["throughput_per_s"])
    assert fastest["uid"] in frontier
    assert len(found["frontier"]) + len(found["dominated"]) == 8

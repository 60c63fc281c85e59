"""program:mlperf-inference with the real LoadGen, from options to a submission."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ml.frameworks import Frameworks

pytestmark = pytest.mark.slow
IMAGES = Path("/usr/share/datasets/fashion-mnist")
COMMON = (
    *("--framework=litert", "--model=fashion-mobilenet-w4", "--model-precision=fp32"),
    *("--dataset=fashion-mnist", "--repeat=1", "--warmup=0", "--json"),
)
GIVEN = {
    "SingleStream": (),
    "MultiStream": ("--batch=8",),
    "Offline": ("--batch=32",),
    "Server": ("--target-qps=500", "--target-latency-ms=1000"),
}
METRICS = {
    "SingleStream": {"mlperf_latency_p90_s", "mlperf_early_stopping_p90_s", "mlperf_sut_p90_s"},
    "MultiStream": {"mlperf_latency_p99_s", "mlperf_early_stopping_p99_s", "mlperf_sut_p99_s"},
    "Offline": {"mlperf_samples_per_s"},
    "Server": {"mlperf_samples_per_s", "mlperf_latency_p99_s"},
}


@pytest.fixture
def litert(frameworks: Frameworks) -> Frameworks:
    if not IMAGES.is_dir():
        pytest.skip("Debian's dataset-fashion-mnist is not here")
    frameworks.variables("litert")
    return frameworks


def metrics(frameworks: Frameworks, *options: str) -> dict[str, Any]:
    """Of a run that must succeed, by name."""
    done = frameworks.ckp("run", "program:mlperf-inference", *COMMON, *options)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["metrics"]
    return found


@pytest.mark.parametrize("scenario", GIVEN)
def test_a_scenario_is_valid_and_becomes_a_submission(
    litert: Frameworks, tmp_path: Path, scenario: str
) -> None:
    root = tmp_path / "submission"
    options = (f"--scenario={scenario}", "--min-duration=2", "--count=500")
    found = metrics(litert, *options, f"--submission={root}", *GIVEN[scenario])
    assert found["mlperf_valid"]["value"] is True, found["mlperf_valid"]
    assert {name for name in found if name.startswith("mlperf_")} == {
        "mlperf_valid",
        *METRICS[scenario],
    }
    assert all(found[name]["value"] > 0 for name in METRICS[scenario])
    (logs,) = root.glob(f"open/nobody-yet/results/*/*/{scenario}/performance/run_1")
    assert (logs / "mlperf_log_detail.txt").stat().st_size > 0
    summary = (logs / "mlperf_log_summary.txt").read_text(encoding="utf-8")
    assert "Result is : VALID" in summary
    (conf,) = root.glob(f"open/nobody-yet/measurements/*/*/{scenario}/user.conf")
    written = conf.read_text(encoding="utf-8")
    assert f"*.{scenario}.min_duration = 2000\n" in written
    for option in GIVEN[scenario]:
        if option.startswith("--target"):
            name, _, value = option.removeprefix("--").removesuffix("-ms").partition("=")
            assert f"*.{scenario}.{name.replace('-', '_').removesuffix('_ms')} = {value}" in written


@pytest.mark.parametrize("scenario", ["MultiStream", "Server"])
def test_answers_to_all_images_are_judged(
    litert: Frameworks, tmp_path: Path, scenario: str
) -> None:
    """Of 50 images, which is no multiple of eight."""
    root = tmp_path / "submission"
    options = (f"--scenario={scenario}", "--mode=accuracy", "--accuracy-target=0.5")
    found = metrics(litert, *options, "--count=50", f"--submission={root}")
    assert found["mlperf_accuracy_ok"]["value"] is True
    assert found["accuracy_top1"]["value"] > 0.7
    (line,) = root.glob("open/nobody-yet/results/*/*/*/accuracy/accuracy.txt")
    good = round(50 * found["accuracy_top1"]["value"])
    assert line.read_text(encoding="utf-8") == f"accuracy={2 * good:.3f}%, good={good}, total=50\n"


def test_an_aim_that_is_not_reached_is_told(litert: Frameworks) -> None:
    found = metrics(litert, "--mode=accuracy", "--accuracy-target=0.999", "--count=50")
    assert found["mlperf_accuracy_ok"]["value"] is False
    assert "0.999" in found["mlperf_accuracy_ok"]["detail"]


def test_server_wants_a_rate(litert: Frameworks) -> None:
    done = litert.ckp("run", "program:mlperf-inference", *COMMON, "--scenario=Server")
    assert done.returncode == 8
    assert "--target-qps says how many queries a second" in done.stderr

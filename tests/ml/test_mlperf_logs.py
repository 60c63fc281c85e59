"""LoadGen's logs, recorded from LoadGen 6.0.17, become metrics and a submission."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.metric import Metric
from ck_core.domain.run import RunRequest, RunResult
from ck_core.errors import UsageError
from ck_plugins_ml.mlperf.metrics import answer_metrics, summary_metrics
from ck_plugins_ml.mlperf.plugin import postprocess
from ck_plugins_ml.mlperf.submission import Entry, write_entry
from ck_plugins_ml.mlperf.summary import parse_summary
from ck_plugins_ml.mlperf.targets import OFFICIAL, accuracy_metric
from ml.metrics_kit import latencies, predictions, repetition

RECORDED = Path(__file__).parent / "loadgen_logs"


def recorded(name: str) -> str:
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "SingleStream",
            {"mlperf_latency_p90_s": 1252e-9, "mlperf_early_stopping_p90_s": 66079e-9},
        ),
        ("MultiStream", {"mlperf_latency_p99_s": 28904e-9}),
        ("Offline", {"mlperf_samples_per_s": 1.04237e6}),
        ("Server", {"mlperf_samples_per_s": 195.03, "mlperf_latency_p99_s": 2276967e-9}),
    ],
)
def test_each_scenario_has_its_result(scenario: str, expected: dict[str, float]) -> None:
    summary = parse_summary(recorded(scenario))
    assert (summary.scenario, summary.mode) == (scenario, "PerformanceOnly")
    found = summary_metrics(summary)
    assert found.pop("mlperf_valid").value is False
    assert {name: one.value for name, one in found.items()} == pytest.approx(expected)


def test_reasons_are_loadgens_own() -> None:
    detail = summary_metrics(parse_summary(recorded("MultiStream")))["mlperf_valid"].detail
    assert "Min duration satisfied: no; Early stopping satisfied: no" in detail
    assert "Decrease the expected latency" in detail
    assert "Need to process at least 662 queries for early stopping" in detail
    assert "Min queries" not in detail


def test_a_valid_one() -> None:
    text = recorded("Offline").replace("INVALID", "VALID").replace(": NO", ": Yes")
    text = text.replace(" * Increase", "Increase")
    valid = summary_metrics(parse_summary(text))["mlperf_valid"]
    assert (valid.value, valid.detail) == (True, "")


def test_a_run_of_accuracy_says_nothing_of_speed() -> None:
    summary = parse_summary(recorded("AccuracyOnly"))
    assert summary.is_valid is None
    assert summary_metrics(summary) == {}


@given(st.text() | st.binary().map(lambda raw: raw.decode(errors="replace")))
def test_any_text_is_read(text: str) -> None:
    assert summary_metrics(parse_summary(text)) is not None


def top1(value: float | None) -> dict[str, Metric]:
    return {"accuracy_top1": Metric(name="accuracy_top1", value=value, detail="why")}


@pytest.mark.parametrize(
    ("model", "wanted", "value", "images", "expected", "said"),
    [
        ("resnet50", "", 0.7570, 50_000, True, "99% of 0.7646, by MLPerf's rules"),
        ("resnet50", "", 0.75695, 50_000, False, "wanted is 0.7570"),
        ("resnet50", "", 0.9, 500, None, "is for 50,000 images, not 500"),
        ("other", "", 0.9, 50_000, None, "--accuracy-target names one"),
        ("other", "0.8", 0.8, 10, True, "as was asked for"),
        ("other", "0.8", 0.79, 10, False, "accuracy_top1 0.7900, wanted is 0.8000"),
        ("other", "0.8", None, 10, None, "why"),
    ],
)
def test_accuracy_targets(  # noqa: PLR0917  # a row of the table
    model: str, wanted: str, value: float | None, images: int, expected: Any, said: str
) -> None:
    """0.7646 x 0.99 is 0.756954: 37,848 of 50,000."""
    found = accuracy_metric(model, wanted, top1(value), images)
    assert found.value is expected
    assert said in found.detail
    assert OFFICIAL["resnet50"].least == pytest.approx(0.756954)


@pytest.mark.parametrize("wanted", ["abc", "nan", "1e400", "-0.1", "75.7"])
def test_a_target_that_is_no_share(wanted: str) -> None:
    with pytest.raises(UsageError, match="not a number from 0 to 1"):
        accuracy_metric("other", wanted, top1(0.9), 10)


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [("SingleStream", {"mlperf_sut_p90_s": 9e-9}), ("MultiStream", {"mlperf_sut_p99_s": 10e-9})],
)
def test_the_systems_own_clock(scenario: str, expected: dict[str, float]) -> None:
    summary = parse_summary(recorded(scenario))
    found = answer_metrics(summary, [10, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert {name: one.value for name, one in found.items()} == pytest.approx(expected)
    assert answer_metrics(summary, []) == {}


@pytest.mark.parametrize("scenario", ["Offline", "Server"])
def test_it_says_nothing_of_queries_that_wait(scenario: str) -> None:
    assert answer_metrics(parse_summary(recorded(scenario)), [1, 2]) == {}


def run(directory: Path, mode: str, **variables: str) -> Any:
    request = RunRequest(
        arguments=("true",),
        directory=directory,
        environment={
            "CKP_ML_FRAMEWORK": "abacus",
            "CKP_MLPERF_MODE": mode,
            "CKP_MLPERF_SCENARIO": "Offline",
            **variables,
        },
    )
    one = repetition(directory / "one", latencies(), predictions())
    logs = directory / "one" / "mlperf"
    logs.mkdir(exist_ok=True)
    name = "Offline" if mode == "performance" else "AccuracyOnly"
    (logs / "mlperf_log_summary.txt").write_text(recorded(name), encoding="utf-8")
    (logs / "mlperf_log_detail.txt").write_text("detail", encoding="utf-8")
    (logs / "mlperf_log_accuracy.json").write_text("[]", encoding="utf-8")
    (logs / "user.conf").write_text("*.Offline.target_qps = 5\n", encoding="utf-8")
    return postprocess(request, RunResult(repetitions=(one,)))


def test_a_submission_has_the_layout_of_the_rules(tmp_path: Path) -> None:
    place = tmp_path / "submission"
    given = {"CKP_MLPERF_SUBMISSION": str(place), "CKP_MLPERF_SUBMITTER": "We"}
    assert run(tmp_path, "performance", **given)["mlperf_valid"].value is False
    found = run(tmp_path, "accuracy", CKP_MLPERF_ACCURACY_TARGET="0.3", **given)
    assert found["mlperf_accuracy_ok"].value is True
    whole = place / "open" / "we"
    (system,) = (whole / "results").iterdir()
    scenario = system / "brightness" / "Offline"
    assert sorted(one.name for one in (scenario / "performance" / "run_1").iterdir()) == [
        "mlperf_log_accuracy.json",
        "mlperf_log_detail.txt",
        "mlperf_log_summary.txt",
    ]
    line = (scenario / "accuracy" / "accuracy.txt").read_text(encoding="utf-8")
    assert line == "accuracy=33.333%, good=1, total=3\n"
    measured = whole / "measurements" / system.name / "brightness" / "Offline"
    assert (measured / "user.conf").read_text(encoding="utf-8") == "*.Offline.target_qps = 5\n"
    described = json.loads((whole / "systems" / f"{system.name}.json").read_text("utf-8"))
    assert described["submitter"] == "we"  # as the directory's name
    assert described["framework"] == "abacus-1.0"


def test_what_a_submitter_has_written_stays(tmp_path: Path) -> None:
    place = tmp_path / "submission"
    given = {"CKP_MLPERF_SUBMISSION": str(place)}
    run(tmp_path, "performance", **given)
    (file,) = place.rglob("systems/*.json")
    file.write_text("mine", encoding="utf-8")
    run(tmp_path, "performance", **given)
    assert file.read_text(encoding="utf-8") == "mine"


def test_of_other_programs_nothing_is_made(tmp_path: Path) -> None:
    request = RunRequest(arguments=("true",), directory=tmp_path, environment={})
    one = repetition(tmp_path / "one", latencies(), predictions())
    assert postprocess(request, RunResult(repetitions=(one,))) == {}


def test_names_of_strangers_stay_below_the_submission(tmp_path: Path) -> None:
    (tmp_path / "mlperf").mkdir()
    (tmp_path / "mlperf" / "user.conf").write_text("", encoding="utf-8")
    entry = Entry(
        root=tmp_path / "s",
        division="../../up",
        submitter="/root",
        system="../x",
        benchmark="a/../../b",
        scenario="Offline",
        facts={},
    )
    assert write_entry(entry, tmp_path).is_relative_to(tmp_path / "s")

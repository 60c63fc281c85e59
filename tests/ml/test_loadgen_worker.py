"""What LoadGen asks is answered: by a stand-in for it here, by the real one in slow tests."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ckp_ml.adapter import Options, Session, same
from ckp_ml.failure import Failure
from ckp_ml.images import read_images
from ckp_ml.loadgen.asked import NAMES, Asked, read_asked, write_user_conf
from ckp_ml.loadgen.library import Library
from ckp_ml.loadgen.system import System, Waiting
from ckp_ml.loadgen.targets import with_targets
from ckp_ml.model import read_model
from ckp_ml.tensors import Tensor
from ml.kit import WORKER, Work, grey, meta, prepare

LOADGEN = WORKER.with_name("loadgen.py")


@dataclass(frozen=True)
class Sample:
    id: int
    index: int


@dataclass
class LoadGen:
    """Keeps what it is answered: by sample's number, the class."""

    answers: dict[int, int] = field(default_factory=dict)

    def QuerySampleResponse(self, number: int, place: int, size: int) -> tuple[int, bytes]:  # noqa: N802  # LoadGen's
        return number, ctypes.string_at(place, size)

    def QuerySamplesComplete(self, responses: list[tuple[int, bytes]]) -> None:  # noqa: N802  # as above
        for number, raw in responses:
            assert number not in self.answers
            self.answers[number] = int(np.frombuffer(raw, np.float32)[0])


def brightness(images: Any) -> Any:
    means = images.reshape(len(images), -1).mean(axis=1)
    return -np.abs(means[:, None] - np.arange(10)[None, :]).astype(np.float32)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., System]:
    """Of images whose brightness, 3 1 4 1 5, is their class."""
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path, grey(3, 1, 4, 1, 5))
    (tmp_path / "model.json").write_text(json.dumps(meta()), encoding="utf-8")
    (tmp_path / "model.txt").touch()

    def made(batch: int = 1, run: Any = brightness) -> System:
        model = read_model(tmp_path / "model.txt", tmp_path / "model.json")
        options = Options(model=model, batch=batch)
        session = Session(
            version="1",
            input=Tensor("i", (batch, 4, 4, 1), "float32"),
            outputs=(Tensor("o", (batch, 10), "float32"),),
            bind=same,
            run=run,
            fetch=lambda result: [result],
        )
        library = Library(read_images(model, 0), session, options)
        library.load([0, 1, 2, 3, 4])
        return System(LoadGen(), session, options, library, keeps=True)

    return made


def samples(*numbers: int) -> list[Sample]:
    return [Sample(id=100 + place, index=number) for place, number in enumerate(numbers)]


@pytest.mark.parametrize("batch", [1, 2, 4, 8])
def test_each_sample_is_answered_once(system: Callable[..., System], batch: int) -> None:
    one = system(batch)
    one.answer(samples(4, 0, 2, 2, 1))
    assert one.loadgen.answers == {100: 5, 101: 3, 102: 4, 103: 4, 104: 1}
    assert len(one.query_ns) == -(-5 // batch)
    assert len(one.answer_ns) == 1
    assert one.answer_ns[0] >= sum(one.query_ns)
    assert one.images == 5
    assert sorted(one.answers) == [0, 1, 2, 4]
    one.check()


def test_after_a_failure_all_are_answered_and_it_is_told(system: Callable[..., System]) -> None:
    def fails(_images: Any) -> Any:
        raise RuntimeError("out of luck")

    one = system(run=fails)
    one.answer(samples(0, 1, 2))
    assert one.loadgen.answers == {100: -1, 101: -1, 102: -1}
    with pytest.raises(Failure, match="fails at a query of LoadGen: RuntimeError: out of luck"):
        one.check()


def test_queries_that_wait_go_together(system: Callable[..., System]) -> None:
    one = system(4)
    waiting = Waiting(one)
    for place, number in enumerate([0, 1, 2, 3, 4] * 20):
        waiting.answer([Sample(id=place, index=number)])
    waiting.close()
    assert one.loadgen.answers == {n: [3, 1, 4, 1, 5][n % 5] for n in range(100)}
    assert len(one.query_ns) <= 100


def test_what_is_unloaded_is_gone(system: Callable[..., System]) -> None:
    one = system()
    one.library.unload([0])
    one.answer(samples(0))
    assert "KeyError" in one.error


VARIABLES = {**dict.fromkeys(NAMES.values(), "2.5"), "CKP_MLPERF_SCENARIO": "Server"}


def test_what_is_asked_goes_into_user_conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    asked = read_asked()
    assert (asked.scenario, asked.mode, asked.model) == ("Server", "performance", "other")
    write_user_conf(asked, tmp_path / "user.conf")
    assert (tmp_path / "user.conf").read_text(encoding="utf-8").splitlines() == [
        "*.Server.target_qps = 2.5",
        "*.Server.target_latency = 2.5",
        "*.Server.min_duration = 2500",
        "*.Server.min_query_count = 2.5",
    ]


def asked(scenario: str, **given: Any) -> Asked:
    return Asked(
        **{
            "scenario": scenario,
            "mode": "performance",
            "model": "other",
            **dict.fromkeys(NAMES),
            **given,
        }
    )


@pytest.mark.parametrize(
    ("scenario", "batch", "answered_ns", "expected"),
    [
        ("SingleStream", 1, [9_000_000, 4_000_000, 4_200_000], {"target_latency_ms": 2.1}),
        ("MultiStream", 3, [6_000_000], {"target_latency_ms": 9.0}),
        ("Offline", 8, [20_000_000, 16_000_000], {"target_qps": 600.0}),
        ("SingleStream", 1, [], {}),
    ],
)
def test_targets_come_from_the_warm_up(
    scenario: str, batch: int, answered_ns: list[int], expected: dict[str, float]
) -> None:
    """Half the median: 8 samples are 3 batches of 3; 1.2 times the best throughput."""
    found = with_targets(asked(scenario), answered_ns, batch)
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected)
    assert found == asked(scenario, **{name: getattr(found, name) for name in expected})


def test_targets_that_are_given_stay() -> None:
    given = asked("Offline", target_qps=3.0)
    assert with_targets(given, [10], 1) == given
    given = asked("SingleStream", target_latency_ms=3.0)
    assert with_targets(given, [10], 1) == given


def test_server_wants_a_rate() -> None:
    with pytest.raises(Failure, match="--target-qps says how many queries a second"):
        with_targets(asked("Server"), [10], 1)
    assert with_targets(asked("Server", mode="accuracy"), [10], 1)


def test_the_warm_up_leaves_nothing(system: Callable[..., System]) -> None:
    one = system(2)
    assert len(one.warm_up(3)) == 3
    assert (one.query_ns, one.images, one.answers, one.loadgen.answers) == ([], 0, {}, {})


def test_what_nobody_asks_stays_as_the_rules_have_it(tmp_path: Path) -> None:
    asked = Asked("Offline", "accuracy", "resnet50", None, None, None, None, None)
    write_user_conf(asked, tmp_path / "user.conf")
    assert (tmp_path / "user.conf").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CKP_MLPERF_SCENARIO", "Sometimes"),
        ("CKP_MLPERF_MODE", "fast"),
        ("CKP_MLPERF_TARGET_QPS", "-1"),
        ("CKP_MLPERF_TARGET_QPS", "nan"),
        ("CKP_MLPERF_MIN_DURATION_S", "soon"),
    ],
)
def test_what_makes_no_sense_is_told(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Failure, match=name):
        read_asked()


def test_a_framework_without_loadgen_is_told(worker: Work) -> None:
    worker.worker = LOADGEN
    assert "LoadGen is not among the framework's packages" in worker.refused()


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["SingleStream", "MultiStream", "Offline", "Server"])
def test_the_real_one(real: Callable[..., Work], scenario: str) -> None:
    work = real("litert")
    work.worker = LOADGEN
    pixels = np.random.default_rng(1).integers(0, 256, (30, 28, 28, 1), dtype=np.uint8)
    prepare(work.directory, pixels, vocabulary="fashion-mnist")
    asked = {
        "CKP_MLPERF_SCENARIO": scenario,
        "CKP_MLPERF_MIN_DURATION_S": "1",
        "CKP_MLPERF_MIN_QUERIES": "20",
        **({"CKP_MLPERF_TARGET_QPS": "200"} if scenario == "Server" else {}),
    }
    work.done(**asked)
    summary = (work.directory / "mlperf" / "mlperf_log_summary.txt").read_text(encoding="utf-8")
    assert f"Scenario : {scenario}" in summary
    assert "Min duration satisfied : Yes" in summary
    assert "Min queries satisfied : Yes" in summary
    assert work.latencies["mlperf"]["scenario"] == scenario
    work.done(**asked, CKP_MLPERF_MODE="accuracy")
    found = work.predictions
    work.worker = WORKER
    assert found["top"] == work.done().predictions["top"]

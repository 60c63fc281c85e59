"""What a run of LoadGen asks for, from its variables; and as LoadGen's ``user.conf``."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

from ckp_ml.failure import Failure

SCENARIOS = ("SingleStream", "MultiStream", "Offline", "Server")
MODES = {"performance": "PerformanceOnly", "accuracy": "AccuracyOnly"}
USUAL_SAMPLES = 1024
"""In memory: what the rules have of image classification."""
OTHER = "other"
"""No model of MLPerf's: the rules that are for all count."""
NAMES = {
    "target_qps": "CKP_MLPERF_TARGET_QPS",
    "target_latency_ms": "CKP_MLPERF_TARGET_LATENCY_MS",
    "min_duration_s": "CKP_MLPERF_MIN_DURATION_S",
    "min_query_count": "CKP_MLPERF_MIN_QUERIES",
    "performance_samples": "CKP_MLPERF_PERFORMANCE_SAMPLES",
}


@dataclass(frozen=True)
class Asked:
    """What is None stays as MLPerf's rules have it.

    Attributes:
        model: by MLPerf's name, whose rules count: ``resnet50``; or ``OTHER``.
        target_qps: of Offline and Server: samples and queries a second that are expected.
        target_latency_ms: of SingleStream and MultiStream what is expected, of Server the limit.
        performance_samples: how many lie in memory at a time, of which performance is measured.
    """

    scenario: str
    mode: str
    model: str
    target_qps: float | None
    target_latency_ms: float | None
    min_duration_s: float | None
    min_query_count: float | None
    performance_samples: float | None

    @property
    def is_accuracy(self) -> bool:
        return self.mode == "accuracy"

    @property
    def samples_in_memory(self) -> int:
        return int(self.performance_samples or USUAL_SAMPLES)


def read_asked() -> Asked:
    """Raises Failure where a variable makes no sense."""
    numbers = {name: _number(variable) for name, variable in NAMES.items()}
    assert {one.name for one in fields(Asked)} >= numbers.keys()  # noqa: S101  # names of attributes
    return Asked(
        scenario=_one_of("CKP_MLPERF_SCENARIO", SCENARIOS),
        mode=_one_of("CKP_MLPERF_MODE", tuple(MODES)),
        model=os.environ.get("CKP_MLPERF_MODEL") or OTHER,
        **numbers,
    )


def _one_of(name: str, choices: tuple[str, ...]) -> str:
    text = os.environ.get(name) or choices[0]
    if text not in choices:
        raise Failure(f"{name} must be one of {', '.join(choices)}, not {text!r}")
    return text


def _number(name: str) -> float | None:
    text = os.environ.get(name, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e12:  # more is no number of anything here
        raise Failure(f"{name} must be a number from 0, not {text!r}")
    return number


def write_user_conf(asked: Asked, file: Path) -> None:
    """Only what was asked for; LoadGen has the rules' own numbers in itself."""
    lines = [
        ("target_qps", asked.target_qps),
        ("target_latency", asked.target_latency_ms),
        ("min_duration", _milliseconds(asked.min_duration_s)),
        ("min_query_count", asked.min_query_count),
    ]
    text = "".join(
        f"*.{asked.scenario}.{name} = {value:.12g}\n" for name, value in lines if value is not None
    )
    file.write_text(text, encoding="utf-8")


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000)
